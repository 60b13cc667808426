// SPDX-License-Identifier: Apache-2.0
#include "analysis/emf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace lambdaprof::analysis {
namespace {

using json = nlohmann::json;

// Limits of the format and of CloudWatch's PutMetricData.
constexpr std::size_t most_metrics = 100;  // of one directive
constexpr std::size_t most_values = 100;
constexpr std::size_t most_dimensions = 30;  // of one set
constexpr std::size_t longest_name = 1024;
constexpr double largest_value = 0x1p360;

constexpr std::array<std::string_view, 27> units{"Seconds",
                                                 "Microseconds",
                                                 "Milliseconds",
                                                 "Bytes",
                                                 "Kilobytes",
                                                 "Megabytes",
                                                 "Gigabytes",
                                                 "Terabytes",
                                                 "Bits",
                                                 "Kilobits",
                                                 "Megabits",
                                                 "Gigabits",
                                                 "Terabits",
                                                 "Percent",
                                                 "Count",
                                                 "Bytes/Second",
                                                 "Kilobytes/Second",
                                                 "Megabytes/Second",
                                                 "Gigabytes/Second",
                                                 "Terabytes/Second",
                                                 "Bits/Second",
                                                 "Kilobits/Second",
                                                 "Megabits/Second",
                                                 "Gigabits/Second",
                                                 "Terabits/Second",
                                                 "Count/Second",
                                                 "None"};

/// The member if it is there and of that type.
const json* member(const json& of, const char* key, json::value_t type) {
  const auto found = of.find(key);
  return found == of.end() || found->type() != type ? nullptr : &*found;
}

const std::string* text_member(const json& of, const char* key) {
  const json* found = member(of, key, json::value_t::string);
  if (found == nullptr) return nullptr;
  const auto& text = found->get_ref<const std::string&>();
  return text.empty() || text.size() > longest_name ? nullptr : &text;
}

class emf_reader {
 public:
  explicit emf_reader(const json& root) : root_(root) {}

  emf_line read(const json& about) {
    if (!about.is_object()) return complaint("_aws is no object");
    const auto time = about.find("Timestamp");
    if (time == about.end() || !time->is_number()) return complaint("_aws has no Timestamp");
    const json* directives = member(about, "CloudWatchMetrics", json::value_t::array);
    if (directives == nullptr) return complaint("_aws has no list CloudWatchMetrics");
    for (const json& directive : *directives)
      if (std::string wrong = take(directive); !wrong.empty()) return complaint(std::move(wrong));
    return std::move(line_);
  }

 private:
  static emf_line complaint(std::string what) { return {{}, std::move(what)}; }

  /// Empty if all is well, and so below.
  std::string take(const json& directive) {
    if (!directive.is_object()) return "a directive is no object";
    const std::string* space = text_member(directive, "Namespace");
    if (space == nullptr) return "a directive has no Namespace";
    const json* dimensions = member(directive, "Dimensions", json::value_t::array);
    if (dimensions == nullptr) return "a directive has no list Dimensions";
    for (const json& set : *dimensions)
      if (std::string wrong = check_dimensions(set); !wrong.empty()) return wrong;
    const json* metrics = member(directive, "Metrics", json::value_t::array);
    if (metrics == nullptr) return "a directive has no list Metrics";
    if (metrics->size() > most_metrics)
      return fmt::format("a directive has {} metrics, and may have {}", metrics->size(),
                         most_metrics);
    for (const json& metric : *metrics)
      if (std::string wrong = take_metric(*space, metric); !wrong.empty()) return wrong;
    return "";
  }

  std::string check_dimensions(const json& set) const {
    if (!set.is_array()) return "a set of dimensions is no list";
    if (set.size() > most_dimensions)
      return fmt::format("a set has {} dimensions, and may have {}", set.size(), most_dimensions);
    for (const json& name : set) {
      if (!name.is_string()) return "the name of a dimension is no text";
      const auto& key = name.get_ref<const std::string&>();
      if (text_member(root_, key.c_str()) == nullptr)
        return fmt::format("the dimension {} is no text in the line", key);
    }
    return "";
  }

  std::string take_metric(const std::string& space, const json& definition) {
    const std::string* name = definition.is_object() ? text_member(definition, "Name") : nullptr;
    if (name == nullptr) return "a metric has no Name";
    emf_metric metric{space, *name, "None", {}};
    if (definition.contains("Unit")) {
      const std::string* unit = text_member(definition, "Unit");
      if (unit == nullptr || std::find(units.begin(), units.end(), *unit) == units.end())
        return fmt::format("the unit of {} is none that CloudWatch knows", *name);
      metric.unit = *unit;
    }
    if (const auto each = definition.find("StorageResolution"); each != definition.end())
      if (!each->is_number_integer() || (*each != 1 && *each != 60))
        return fmt::format("the StorageResolution of {} is neither 1 nor 60", *name);
    const auto target = root_.find(*name);
    if (target == root_.end()) return fmt::format("{} is named and not in the line", *name);
    if (std::string wrong = take_values(*target, metric); !wrong.empty()) return wrong;
    if (!is_known(metric)) line_.metrics.push_back(std::move(metric));
    return "";
  }

  static std::string take_values(const json& target, emf_metric& metric) {
    const bool is_list = target.is_array();
    if (is_list && (target.empty() || target.size() > most_values))
      return fmt::format("{} has {} values, and may have 1 to {}", metric.name, target.size(),
                         most_values);
    const auto take_one = [&](const json& value) {
      if (!value.is_number() || !(std::abs(value.get<double>()) <= largest_value)) return false;
      metric.values.push_back(value.get<double>());
      return true;
    };
    const bool is_fine =
        is_list ? std::all_of(target.begin(), target.end(), take_one) : take_one(target);
    return is_fine ? "" : fmt::format("{} is no number that CloudWatch takes", metric.name);
  }

  bool is_known(const emf_metric& metric) const {
    return std::any_of(line_.metrics.begin(), line_.metrics.end(), [&](const emf_metric& m) {
      return m.space == metric.space && m.name == metric.name;
    });
  }

  const json& root_;
  emf_line line_;
};

}  // namespace

std::optional<emf_line> read_emf(std::string_view line) {
  if (line.find("\"_aws\"") == line.npos) return std::nullopt;
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (line[begin] != '{') return std::nullopt;
  const json root = json::parse(line, nullptr, false);
  if (root.is_discarded()) return emf_line{{}, "it is not JSON"};
  const auto about = root.find("_aws");
  if (about == root.end()) return std::nullopt;
  return emf_reader(root).read(*about);
}

}  // namespace lambdaprof::analysis
