// SPDX-License-Identifier: Apache-2.0
#include "profile/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lambdaprof::profile {

fault unlike(const std::string& expected, const json& value, std::string hint) {
  return {fault_kind::usage, fmt::format("expected {}, got {}", expected, found(value)), "",
          std::move(hint)};
}

fault below(std::string_view part, fault f) {
  f.where.insert(0, part);
  return f;
}

bool is_clean(std::string_view text) {
  return text.find('\0') == text.npos && valid_utf8(text) == text;
}

std::optional<std::uint64_t> whole_in(const json& value, std::uint64_t low, std::uint64_t high) {
  if (!value.is_number_unsigned()) return {};
  const auto number = value.get<std::uint64_t>();
  if (number < low || number > high) return {};
  return number;
}

json whole_from(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc{} && end == text.data() + text.size()) return number;
  return text;
}

std::optional<double> plain_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || text.find_first_not_of("0123456789.") != text.npos || error != std::errc{} ||
      end != text.data() + text.size())
    return {};
  return number;
}

std::string positive::expects() const {
  return fmt::format("a number above 0, up to {:g}", high);
}

json positive::schema() const {
  return {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", high}};
}

result<double> positive::read(const json& value, const source&) const {
  if (!value.is_number()) return unlike(expects(), value);
  const auto number = value.get<double>();
  if (!(number > 0 && number <= high)) return unlike(expects(), value);
  return number;
}

json positive::tell(double number) const {
  // 100 and not 100.0, as people write it.
  if (number == std::floor(number) && number < 1e15) return static_cast<std::uint64_t>(number);
  return number;
}

std::string fraction::expects() const {
  return fmt::format("a number above 0 and below {:g}, or a percentage such as \"2%\"", below);
}

json fraction::schema() const {
  return {{"anyOf",
           {{{"type", "number"}, {"exclusiveMinimum", 0}, {"exclusiveMaximum", below}},
            {{"type", "string"}, {"pattern", "^[0-9]*[.]?[0-9]*%$"}}}}};
}

result<double> fraction::read(const json& value, const source&) const {
  std::optional<double> number;
  if (value.is_number()) number = value.get<double>();
  if (value.is_string()) {
    const std::string_view words = value.get_ref<const std::string&>();
    if (words.ends_with('%')) number = plain_number(words.substr(0, words.size() - 1));
    if (number) *number /= 100;
  }
  if (!number || !(*number > 0 && *number < below)) return unlike(expects(), value);
  return *number;
}

result<json> positive::from_text(std::string_view words) const {
  if (const auto number = plain_number(words)) return json(*number);
  return json(words);
}

result<json> fraction::from_text(std::string_view words) const {
  return positive{below}.from_text(words);
}

result<json> truth::from_text(std::string_view words) const {
  if (words == "true" || words == "false") return json(words == "true");
  return json(words);
}

result<bool> truth::read(const json& value, const source&) const {
  if (!value.is_boolean()) return unlike(expects(), value);
  return value.get<bool>();
}

std::string duration::expects() const {
  return fmt::format("a duration from {} to {}", spell(low), spell(high));
}

json duration::schema() const {
  return {{"type", "string"}, {"pattern", "^([0-9]*[.]?[0-9]*(ns|us|µs|ms|s|m|h))+$"}};
}

result<span> duration::read(const json& value, const source&) const {
  const std::string hint = "write it like 250ms, 1.5s, 15m or 1m30s";
  if (!value.is_string()) return unlike(expects(), value, hint);
  const auto read = parse_span(value.get_ref<const std::string&>());
  if (!read || *read < low || *read > high) return unlike(expects(), value, read ? "" : hint);
  return *read;
}

std::string text::expects() const {
  const std::string size =
      shortest == 0 ? fmt::format("up to {}", longest) : fmt::format("{} to {}", shortest, longest);
  return fmt::format("a text of {} {}", size, of.empty() ? "bytes" : of);
}

json text::schema() const {
  json schema{{"type", "string"}, {"minLength", shortest}, {"maxLength", longest}};
  if (!pattern.empty()) schema["pattern"] = pattern;
  return schema;
}

result<std::string> text::read(const json& value, const source&) const {
  if (!value.is_string()) return unlike(expects(), value);
  const auto& words = value.get_ref<const std::string&>();
  if (!is_clean(words)) return unlike("UTF-8 without NUL", value);
  const bool fits = words.size() >= shortest && words.size() <= longest;
  if (!fits || (allows != nullptr && !std::all_of(words.begin(), words.end(), allows)))
    return unlike(expects(), value);
  return words;
}

std::optional<std::size_t> index_in(std::span<const std::string_view> names, const json& value) {
  if (!value.is_string()) return {};
  const auto at = std::find(names.begin(), names.end(), value.get_ref<const std::string&>());
  if (at == names.end()) return {};
  return static_cast<std::size_t>(at - names.begin());
}

std::string either(std::span<const std::string_view> names) {
  std::string words;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) words += i + 1 == names.size() ? " or " : ", ";
    words += fmt::format("\"{}\"", names[i]);
  }
  return words;
}

}  // namespace lambdaprof::profile
