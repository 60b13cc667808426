// SPDX-License-Identifier: Apache-2.0
#include "wire/error_status.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

namespace lambdaprof::wire {
namespace {

constexpr std::size_t longest_read = std::size_t{1024} * 1024;
constexpr std::string_view key = "statusCode";
constexpr std::string_view quoted_key = R"("statusCode")";
constexpr std::string_view end_of_prelude("\0\0\0\0\0\0\0\0", 8);

/// Whether a status of 5xx stands anywhere in it. The function waits for the reply to its post
/// meanwhile, and parsing 2 KB takes 13 µs.
bool may_be_error(std::string_view body) {
  for (std::size_t at; (at = body.find(quoted_key)) != std::string_view::npos;) {
    body.remove_prefix(at + quoted_key.size());
    const std::size_t value = body.find_first_not_of(" \t\r\n:\"");
    if (value != std::string_view::npos && body[value] == '5') return true;
  }
  return false;
}

std::uint16_t status_of(const nlohmann::json& value) {
  const auto if_error = [](std::int64_t n) {
    return n >= 500 && n <= 599 ? static_cast<std::uint16_t>(n) : std::uint16_t{0};
  };
  if (value.is_number_integer()) return if_error(value.get<std::int64_t>());
  if (!value.is_string()) return 0;
  const auto& text = value.get_ref<const std::string&>();
  const bool is_number = text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) {
                           return std::isdigit(static_cast<unsigned char>(c)) != 0;
                         });
  return is_number ? if_error(std::stoi(text)) : 0;
}

}  // namespace

std::uint16_t error_status(std::string_view body) {
  body = body.substr(0, longest_read);
  body = body.substr(0, body.find(end_of_prelude));
  if (!may_be_error(body)) return 0;
  std::uint16_t found = 0;
  bool is_next = false;
  using part = nlohmann::json::parse_event_t;
  const auto look = [&](int depth, part event, nlohmann::json& read) {
    if (depth == 1 && event == part::key) is_next = read.get_ref<const std::string&>() == key;
    if (depth == 1 && event == part::value && is_next) found = status_of(read);
    return depth == 0;  // nothing below is kept
  };
  // Of what is cut off counts what came before.
  std::ignore = nlohmann::json::parse(body, look, false);
  return found;
}

}  // namespace lambdaprof::wire
