// SPDX-License-Identifier: Apache-2.0
#include "profile/budget_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/metric.hpp"

namespace lambdaprof::profile {
namespace {

constexpr std::size_t most_budgets = 100;  // of one metric

result<void> read_one(budget_list::value_type& budgets, const std::string& metric,
                      const json& value) {
  if (!value.is_string()) return unlike("a text such as \"p50 < 150ms\"", value);
  auto read = trial::read_budget(metric, value.get_ref<const std::string&>());
  if (!read) return read.error();
  budgets.push_back(std::move(*read));
  return {};
}

result<void> read_metric(budget_list::value_type& budgets, const std::string& metric,
                         const json& value) {
  if (!value.is_array()) return read_one(budgets, metric, value);
  if (value.empty() || value.size() > most_budgets)
    return unlike(fmt::format("1 to {} budgets", most_budgets), value);
  std::size_t i = 0;
  for (const json& one : value) {
    if (const auto done = read_one(budgets, metric, one); !done)
      return below(fmt::format("[{}]", i), done.error());
    ++i;
  }
  return {};
}

}  // namespace

json schema_of_metric_key() {
  json metrics = json::array();
  for (const analysis::metric& m : analysis::metrics()) metrics.push_back(m.key);
  return {{"anyOf", {{{"enum", metrics}}, {{"pattern", "^mark\\.[a-zA-Z0-9_-]+_ms$"}}}}};
}

json budget_list::schema() const {
  const json one{{"type", "string"}, {"pattern", "^\\s*(median|p[0-9.]+)\\s*<=?\\s*\\S"}};
  const json list{{"type", "array"}, {"minItems", 1}, {"maxItems", most_budgets}, {"items", one}};
  return {{"type", "object"},
          {"propertyNames", schema_of_metric_key()},
          {"additionalProperties", {{"anyOf", {one, list}}}}};
}

result<budget_list::value_type> budget_list::read(const json& value, const source&) const {
  if (!value.is_object()) return unlike(expects(), value);
  value_type budgets;
  for (const auto& [metric, texts] : value.items())
    if (const auto done = read_metric(budgets, metric, texts); !done)
      return below(step(metric), done.error());
  return budgets;
}

json budget_list::tell(const value_type& budgets) const {
  json told = json::object();
  for (const trial::budget& b : budgets) {
    json& list = told[std::string(b.metric->key)];
    list.push_back(b.text);
  }
  return told;
}

result<json> budget_list::from_text(std::string_view text) const {
  const auto skip_blanks = [](std::string_view words) {
    return words.substr(std::min(words.find_first_not_of(" \t"), words.size()));
  };
  const std::string_view words = skip_blanks(text);
  const std::string_view metric = words.substr(0, words.find_first_of(": \t"));
  std::string_view budget = skip_blanks(words.substr(metric.size()));
  if (budget.starts_with(':')) budget = skip_blanks(budget.substr(1));
  if (metric.empty() || budget.empty())
    return fault{fault_kind::usage,
                 fmt::format("expected a metric and a budget, got {}", found(json(text))), "",
                 "write it like \"cold.first_ms: p50 < 150ms\""};
  json one = json::object();
  one[std::string(metric)] = budget;
  return one;
}

void budget_list::add(value_type& budgets, const value_type& more) const {
  budgets.insert(budgets.end(), more.begin(), more.end());
}

}  // namespace lambdaprof::profile
