// SPDX-License-Identifier: Apache-2.0
#include "command/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "analysis/quantile.hpp"
#include "base/text.hpp"
#include "command/output_files.hpp"
#include "command/saved.hpp"
#include "report/history.hpp"
#include "report/variant_name.hpp"

namespace lambdaprof::command {
namespace {

namespace fs = std::filesystem;
using report::history_point;
using report::history_series;

/// The files, and of a folder those that end in .json, in the order of their names.
std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : fs::directory_iterator(path, ignored))
      if (entry.path().extension() == ".json") inside.push_back(entry.path().string());
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

std::string machine_of(const journal::machine_facts& m) {
  return fmt::format("{} × {}, {}", m.cpus, m.cpu, m.kernel);
}

class collector {
 public:
  explicit collector(const analysis::metric& m) : metric_(m) {}

  void add(const std::string& file, const std::vector<report::subject>& subjects) {
    for (const report::subject& s : subjects) {
      const journal::role r = s.conditions.variant.role;
      if ((r != journal::role::variant && r != journal::role::base) || !s.breaches.empty())
        continue;
      std::vector<double> values =
          analysis::in_order(analysis::samples_of(metric_, s.timeline, s.conditions));
      if (values.empty()) continue;
      std::sort(values.begin(), values.end());
      const std::string& label = s.conditions.label;
      series_[name_of(s)].push_back(
          {s.conditions.started_at, label.empty() ? fs::path(file).filename().string() : label,
           machine_of(s.conditions.machine), analysis::quantile(values, 0.5), values.size()});
    }
  }

  std::vector<history_series> series() {
    std::vector<history_series> all;
    for (auto& [name, points] : series_) {
      // ISO 8601 of one zone sorts by time.
      std::stable_sort(points.begin(), points.end(),
                       [](const auto& a, const auto& b) { return a.started_at < b.started_at; });
      std::vector<double> medians;
      for (const history_point& p : points) medians.push_back(std::max(p.median, 1e-6));
      all.push_back({name, std::move(points), analysis::change_points(medians)});
    }
    return all;
  }

 private:
  /// What may be held against each other: one function at one memory size under one plan.
  static std::string name_of(const report::subject& s) {
    const journal::header& h = s.conditions;
    const std::string variant = report::variant_name(s);
    const std::string name =
        variant == h.function.name ? variant : fmt::format("{} {}", h.function.name, variant);
    return fmt::format("{} · {} MB · {}", name, h.function.memory_mb, h.plan);
  }

  const analysis::metric& metric_;
  std::map<std::string, std::vector<history_point>> series_;
};

const analysis::metric* metric_of(const history_options& o) {
  return o.metric.empty() ? &analysis::cold_metric() : analysis::find_metric(o.metric);
}

fault unknown_metric(const std::string& name) {
  std::vector<std::string> known;
  for (const analysis::metric& m : analysis::metrics()) known.emplace_back(m.key);
  const auto near = nearest(name, known);
  return {fault_kind::usage, "no such metric: " + name, "--metric",
          near ? "did you mean " + *near + "?" : "as cold.cold_ms, or warm.warm_ms"};
}

}  // namespace

int history(const history_options& o, const console& c) {
  const analysis::metric* m = metric_of(o);
  if (m == nullptr) return complain(unknown_metric(o.metric));
  const auto to = output_files::open({o.json});
  if (!to) return complain(to.error());
  collector found(*m);
  const std::vector<std::string> files = files_of(o.paths);
  for (const std::string& file : files) {
    const auto subjects = read_saved(file);
    const bool was_named = std::find(o.paths.begin(), o.paths.end(), file) != o.paths.end();
    if (subjects) {
      found.add(file, *subjects);
    } else if (was_named) {
      return complain(subjects.error());
    } else {
      say(stderr, fmt::format("lambdaprof: left out: {}\n", to_string(subjects.error())));
    }
  }
  const std::vector<history_series> all = found.series();
  if (all.empty())
    return complain({fault_kind::file, fmt::format("no result has {}", m->key), o.paths.front(),
                     "name results (--json), or a folder of them"});
  const auto faults = to->write({[&] { return report::write_history(*m, all); }},
                                [&] { return render_for(c, report::compose_history(*m, all)); });
  int status = exit_status::success;
  for (const fault& f : faults) status = complain(f);
  return status;
}

}  // namespace lambdaprof::command
