// SPDX-License-Identifier: Apache-2.0
#include "profile/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "base/text.hpp"

namespace lambdaprof::profile {
namespace {

// Copying and writing a json value is recursive, and ordered_json looks for a key by walking all of
// them: both have to be bounded before the tree is built.
constexpr std::size_t deepest = 100;
constexpr std::size_t most_keys = 1000;

enum class dialect { plain, profile };

std::string place_in(std::string_view text, std::size_t position, std::string_view name) {
  const std::string_view before = text.substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::string_view in_line = before.substr(before.rfind('\n') + 1);
  const auto column =
      1 + std::count_if(in_line.begin(), in_line.end(), [](char c) { return (c & 0xc0) != 0x80; });
  return fmt::format("{}:{}:{}", name, line, column);
}

// nlohmann's message without its number and its own idea of the place.
std::string reason(std::string_view what) {
  const std::size_t column = what.find("column ");
  const std::size_t begin = column == what.npos ? what.find("] ") : what.find(": ", column);
  if (begin != what.npos) what.remove_prefix(begin + 2);
  return valid_utf8(what.substr(0, 200));
}

// Walks the text without building anything, and stops at the first fault.
class inspector final : public nlohmann::json_sax<json> {
 public:
  inspector(std::string_view text, std::string_view name, dialect d)
      : text_(text), name_(name), dialect_(d) {}

  fault stopped_by;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return enter(true); }
  bool start_array(std::size_t) override { return enter(false); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool key(string_t& key) override {
    level& top = levels_.back();
    top.key = key;
    if (dialect_ == dialect::plain) return true;
    if (!top.keys.insert(key).second) return stop("this key is written twice", "");
    if (top.keys.size() > most_keys)
      return stop(fmt::format("an object with more than {} keys", most_keys),
                  "put such an event into a file of its own");
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // The position is behind the byte that was wrong, and behind the end if that came too early.
    const std::size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    stopped_by = {fault_kind::usage, reason(error.what()), place_in(text_, at, name_), ""};
    return false;
  }

 private:
  struct level {
    bool is_object;
    std::size_t values = 0;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  bool value() {
    if (!levels_.empty()) ++levels_.back().values;
    return true;
  }

  bool enter(bool is_object) {
    value();
    if (dialect_ == dialect::profile && levels_.size() == deepest)
      return stop(fmt::format("nested more than {} levels deep", deepest), "");
    levels_.push_back({is_object, 0, {}, {}});
    return true;
  }

  bool leave() {
    levels_.pop_back();
    return true;
  }

  bool stop(std::string message, std::string hint) {
    std::string path;
    for (const level& l : levels_)
      path += l.is_object ? step(l.key) : fmt::format("[{}]", l.values == 0 ? 0 : l.values - 1);
    if (path.starts_with('.')) path.erase(0, 1);
    if (path.size() > 200) path = valid_utf8(path.substr(0, 200)) + "…";
    stopped_by = {fault_kind::usage, std::move(message), fmt::format("{}: {}", name_, path),
                  std::move(hint)};
    return false;
  }

  std::string_view text_;
  std::string_view name_;
  dialect dialect_;
  std::vector<level> levels_;
};

result<void> inspect(std::string_view text, std::string_view name, dialect d) {
  // nlohmann takes a NUL byte for the end of the text and would not look at the rest.
  if (const std::size_t nul = text.find('\0'); nul != text.npos)
    return fault{fault_kind::usage, "a NUL byte is no JSON", place_in(text, nul, name), ""};
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    return fault{fault_kind::usage, "it is empty", std::string(name), "write at least {}"};
  inspector walk(text, name, d);
  if (json::sax_parse(text, &walk, json::input_format_t::json, true, d == dialect::profile))
    return {};
  return walk.stopped_by;
}

}  // namespace

result<json> parse_json(std::string_view text, std::string_view name) {
  if (const auto fine = inspect(text, name, dialect::profile); !fine) return fine.error();
  json tree = json::parse(text, nullptr, false, true);
  ensure(!tree.is_discarded(), "a text that was inspected can be parsed");
  return tree;
}

result<void> check_json(std::string_view text, std::string_view name) {
  return inspect(text, name, dialect::plain);
}

std::string compact(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string found(const json& value) {
  if (value.is_object()) return value.empty() ? "{}" : "an object";
  if (value.is_array()) return value.empty() ? "[]" : "a list";
  std::string text = compact(value);
  if (text.size() <= 60) return text;
  return fmt::format("a string of {} bytes", value.get_ref<const std::string&>().size());
}

std::string step(std::string_view key) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (!key.empty() && key.size() <= 60 && key.find_first_not_of(plain) == key.npos)
    return "." + std::string(key);
  return "." + compact(json(valid_utf8(key.substr(0, 60))));
}

fault unknown_key(std::string_view key, const std::vector<std::string>& known) {
  const auto meant = nearest(key, known);
  return {fault_kind::usage, "unknown key", step(key),
          meant ? fmt::format("did you mean {}?", *meant) : ""};
}

}  // namespace lambdaprof::profile
