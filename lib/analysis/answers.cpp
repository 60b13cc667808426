// SPDX-License-Identifier: Apache-2.0
#include "analysis/answers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace lambdaprof::analysis {
namespace {

using json = nlohmann::json;

constexpr std::size_t longest_shown = 200;

std::string shortened(std::string text) {
  if (text.size() <= longest_shown) return text;
  return valid_utf8(text.substr(0, longest_shown)) + "…";
}

std::string as_text(const json& value) {
  return shortened(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// What is nested deeper is compared as text: going through it takes stack.
constexpr int deepest = 200;

json parsed(std::string_view body) {
  bool is_deep = false;
  json value = json::parse(
      body,
      [&](int depth, json::parse_event_t, json&) {
        is_deep |= depth > deepest;
        return true;
      },
      false);
  if (is_deep) value = json(json::value_t::discarded);
  return value;
}

bool is_below(std::string_view path, std::string_view above) {
  return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '/');
}

/// Where two documents differ: what one of them has not is null there.
struct deviation {
  std::string path;
  std::string expected;
  std::string got;
  bool is_of_array_length = false;
};

std::vector<deviation> deviations(const json& expected, const json& got) {
  std::vector<deviation> all;
  for (const json& step : json::diff(expected, got)) {
    const auto path = step["path"].get<std::string>();
    const json::json_pointer at(path);
    const auto& op = step["op"].get_ref<const std::string&>();
    const bool is_element = !at.empty() && op != "replace" &&
                            expected.contains(at.parent_pointer()) &&
                            expected.at(at.parent_pointer()).is_array();
    all.push_back({path, op == "add" ? "nothing" : as_text(expected.at(at)),
                   op == "remove" ? "nothing" : as_text(step["value"]), is_element});
  }
  return all;
}

}  // namespace

bool is_json_pointer(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return false;
  return true;
}

bool answers::is_left_out(std::string_view path) const {
  const auto covers = [&](const std::string& above) { return is_below(path, above); };
  return std::any_of(ignored_.begin(), ignored_.end(), covers) ||
         std::any_of(varying_.begin(), varying_.end(), covers);
}

void answers::add_fresh(std::string_view body) {
  if (!std::exchange(is_known_, true)) {
    known_ = body;
    return;
  }
  if (known_ == body) return;
  const json expected = parsed(known_);
  const json got = parsed(body);
  if (expected.is_discarded() || got.is_discarded()) {
    if (!is_left_out("")) varying_.emplace_back();
    return;
  }
  for (const deviation& p : deviations(expected, got)) {
    const std::string path =
        p.is_of_array_length ? json::json_pointer(p.path).parent_pointer().to_string() : p.path;
    if (!is_left_out(path)) varying_.push_back(path);
  }
}

std::optional<difference> answers::compare(std::string_view body) const {
  if (!is_known_ || known_ == body || is_left_out("")) return std::nullopt;
  const json expected = parsed(known_);
  const json got = parsed(body);
  if (expected.is_discarded() || got.is_discarded())
    return difference{"", shortened(valid_utf8(known_)), shortened(valid_utf8(body))};
  for (const deviation& p : deviations(expected, got))
    if (!is_left_out(p.path)) return difference{p.path, p.expected, p.got};
  return std::nullopt;
}

}  // namespace lambdaprof::analysis
