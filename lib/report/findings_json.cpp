// SPDX-License-Identifier: Apache-2.0
#include "report/findings_json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/json_row.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;

/// Nine significant digits, so that neither a price nor a small p is lost, and no noise is kept.
json number(double value) {
  if (!std::isfinite(value)) return {};
  const std::string text = fmt::format("{:.9g}", value);
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

json number(const std::optional<double>& value) {
  return value ? number(*value) : json();
}

json low(const std::optional<analysis::interval>& i) {
  return i ? number(i->low) : json();
}

json high(const std::optional<analysis::interval>& i) {
  return i ? number(i->high) : json();
}

json text(const std::string& words) {
  return json_row::json_of(words);
}

}  // namespace

json json_of(const trial::comparison& c) {
  json all{{"metric", text(c.metric)}, {"base", text(c.base)}, {"variant", text(c.variant)}};
  if (!c.group.empty()) all["group"] = text(c.group);
  const json rest{{"paired", c.is_paired},
                  {"blocks", c.blocks},
                  {"dropped", c.dropped},
                  {"base_value", number(c.base_value)},
                  {"variant_value", number(c.variant_value)},
                  {"ratio", number(c.ratio)},
                  {"low", low(c.bounds)},
                  {"high", high(c.bounds)},
                  {"p", number(c.p)},
                  {"p_holm", number(c.p_holm)},
                  {"found", c.is_found},
                  {"difference", number(c.difference)},
                  {"difference_low", low(c.difference_bounds)},
                  {"difference_high", high(c.difference_bounds)},
                  {"detectable", number(c.detectable)},
                  {"lag_one", number(c.lag_one)},
                  {"effective", number(c.effective)},
                  {"tail_ratio", number(c.tail_ratio)},
                  {"tail_low", low(c.tail_bounds)},
                  {"tail_high", high(c.tail_bounds)}};
  for (const auto& [key, value] : rest.items()) all[key] = value;
  return all;
}

json json_of(const trial::verdict& v) {
  return {{"metric", text(v.metric)},
          {"budget", text(v.budget)},
          {"verdict", name(v.ruling)},
          {"value", number(v.value)},
          {"low", number(v.low)},
          {"high", number(v.high)},
          {"limit", number(v.limit)},
          {"unit", text(v.unit)},
          {"n", v.n},
          {"alpha", number(v.alpha)},
          {"alpha_over", number(v.alpha_over)},
          {"reason", text(v.reason)}};
}

json json_of(const trial::self_test& t) {
  constexpr const char* states[] = {"quiet", "noisy", "unresolved"};
  return {{"metric", text(t.metric)},
          {"state", states[static_cast<std::size_t>(t.found)]},
          {"ratio", number(t.ratio)},
          {"low", low(t.bounds)},
          {"high", high(t.bounds)},
          {"confidence", number(t.confidence)},
          {"blocks", t.blocks},
          {"lag_one", number(t.lag_one)},
          {"effective", number(t.effective)}};
}

}  // namespace lambdaprof::report
