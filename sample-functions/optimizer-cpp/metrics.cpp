// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/metrics.hpp"

#include <cmath>

#include "optimizer-cpp/json.hpp"

namespace optimizer {

std::string metric_line(const measured& figures, std::int64_t timestamp_ms) {
  ordered_json metrics = ordered_json::array();
  ordered_json values = {{"Function", "optimizer-cpp"}};
  const auto add = [&](const char* name, const char* unit, const ordered_json& value) {
    metrics.push_back({{"Name", name}, {"Unit", unit}});
    values[name] = value;
  };
  add("ColdStart", "Count", figures.is_cold_start ? 1 : 0);
  add("Invocations", "Count", 1);
  add("Duration", "Milliseconds", std::round(figures.duration_ms * 1000) / 1000);
  if (figures.cache_hit) add("CacheHit", "Count", *figures.cache_hit ? 1 : 0);
  add("ConnectionsOpened", "Count", figures.connections_opened);

  ordered_json directive = {{"Namespace", "optimizer"}};
  directive["Dimensions"] = ordered_json::array({ordered_json::array({"Function"})});
  directive["Metrics"] = std::move(metrics);
  ordered_json line;
  line["_aws"]["Timestamp"] = timestamp_ms;
  line["_aws"]["CloudWatchMetrics"] = ordered_json::array({std::move(directive)});
  line.update(values);
  return line.dump();
}

}  // namespace optimizer
