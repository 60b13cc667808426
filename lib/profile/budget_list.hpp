// SPDX-License-Identifier: Apache-2.0
// The budgets of a profile: {"cold.first_ms": ["p50 < 150ms", "p90 < 300ms"]}.
#pragma once

#include <vector>

#include "profile/shape.hpp"
#include "trial/budget.hpp"

namespace lambdaprof::profile {

/// The path of a metric in a summary, as JSON Schema.
json schema_of_metric_key();

/// An object of metrics, each with a budget or a list of them. A flag gives one: "METRIC: BUDGET".
struct budget_list {
  using value_type = std::vector<trial::budget>;

  std::string expects() const {
    return "an object of metrics, each with a budget or a list of them";
  }
  json schema() const;
  result<value_type> read(const json& value, const source& from) const;
  json tell(const value_type& budgets) const;
  result<json> from_text(std::string_view text) const;
  void add(value_type& budgets, const value_type& more) const;
};

}  // namespace lambdaprof::profile
