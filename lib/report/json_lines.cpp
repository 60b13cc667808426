// SPDX-License-Identifier: Apache-2.0
#include "report/json_lines.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lambdaprof::report {
namespace {

using json = json_lines::json;

// Every text has been made valid before; this only keeps dump from throwing.
std::string on_one_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool holds_parts(const json& value) {
  return std::any_of(value.begin(), value.end(),
                     [](const json& part) { return part.is_structured(); });
}

}  // namespace

void json_lines::begin_line(std::string_view key) {
  if (!is_first_) text_ += ',';
  if (!text_.empty()) text_ += '\n';
  is_first_ = false;
  text_.append(2 * open_.size(), ' ');
  if (!key.empty()) text_ += on_one_line(key) + ": ";
}

void json_lines::open(char bracket, std::string_view key) {
  begin_line(key);
  text_ += bracket;
  open_ += bracket == '{' ? '}' : ']';
  is_first_ = true;
}

void json_lines::close() {
  const char bracket = open_.back();
  open_.pop_back();
  if (!is_first_) text_ += '\n' + std::string(2 * open_.size(), ' ');
  text_ += bracket;
  is_first_ = false;
}

void json_lines::put(std::string_view key, const json& value) {
  if (value.is_structured() && holds_parts(value)) {
    open(value.is_object() ? '{' : '[', key);
    for (const auto& [name, part] : value.items()) {
      if (value.is_object()) {
        put(name, part);
      } else {
        put_row(part);
      }
    }
    close();
  } else {
    begin_line(key);
    text_ += on_one_line(value);
  }
}

void json_lines::put_row(const json& value) {
  begin_line({});
  text_ += on_one_line(value);
}

std::string json_lines::text() && {
  return std::move(text_) + "\n";
}

}  // namespace lambdaprof::report
