// SPDX-License-Identifier: Apache-2.0
#include "wire/answer_status.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

namespace lambdaprof::wire {
namespace {

using nlohmann::json;

/// While it is read the function waits for the reply to its post.
constexpr std::size_t longest_read = std::size_t{64} * 1024;
constexpr std::string_view status_key = "statusCode";
constexpr std::string_view end_of_prelude("\0\0\0\0\0\0\0\0", 8);

std::uint16_t status_of(const json& value) {
  const auto in_range = [](std::int64_t n) {
    return n >= 100 && n <= 599 ? static_cast<std::uint16_t>(n) : std::uint16_t{0};
  };
  if (value.is_number_integer()) return in_range(value.get<std::int64_t>());
  if (!value.is_string()) return 0;
  const auto& text = value.get_ref<const std::string&>();
  const bool is_number = text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) {
                           return std::isdigit(static_cast<unsigned char>(c)) != 0;
                         });
  return is_number ? in_range(std::stoi(text)) : 0;
}

}  // namespace

std::uint16_t answer_status(std::string_view body) {
  body = body.substr(0, longest_read);
  body = body.substr(0, body.find(end_of_prelude));
  // Most answers say none, and need not be parsed.
  if (body.find(status_key) == std::string_view::npos) return 0;
  std::uint16_t found = 0;
  bool is_next = false;
  using part = json::parse_event_t;
  const auto look = [&](int depth, part event, json& read) {
    if (depth == 1 && event == part::key)
      is_next = read.get_ref<const std::string&>() == status_key;
    if (depth == 1 && event == part::value && is_next) found = status_of(read);
    return depth == 0;  // nothing below is kept
  };
  // Of what is cut off counts what came before.
  std::ignore = json::parse(body, look, false);
  return found;
}

}  // namespace lambdaprof::wire
