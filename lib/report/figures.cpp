// SPDX-License-Identifier: Apache-2.0
#include "report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/billing.hpp"
#include "analysis/histogram.hpp"
#include "analysis/waterfall.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using analysis::figure;
using analysis::summary;
using analysis::tail;

constexpr std::size_t fewest_bins = 6;
constexpr std::size_t most_bins = 36;
constexpr double most_asked_for = 0.99;
constexpr std::string_view unsupported = "–";

struct named_figure {
  std::string_view name;
  const figure& of;
};

std::vector<named_figure> measured(const summary& s) {
  const named_figure all[] = {
      {"init", s.init_ms},
      {"restore", s.restore_ms},
      {"first response", s.first_ms},
      {"first byte", s.cold_first_byte_ms},
      {s.restore_ms.n > 0 ? "cold = restore + handler" : "cold = init + handler", s.cold_ms},
      {"exec", s.exec_ms},
      {"warm", s.warm_ms},
      {"warm first byte", s.warm_first_byte_ms},
      {"warm after a wait", s.waited_ms}};
  std::vector<named_figure> some;
  std::copy_if(std::begin(all), std::end(all), std::back_inserter(some),
               [](const named_figure& f) { return f.of.n > 0; });
  return some;
}

const tail* tail_of(const figure& f, double q) {
  const auto found =
      std::find_if(f.tails.begin(), f.tails.end(), [&](const tail& t) { return t.q == q; });
  return found == f.tails.end() ? nullptr : &*found;
}

std::string quantile_name(double q) {
  return fmt::format("p{:g}", q * 100);
}

/// Tail quantiles that at least one figure supports.
std::vector<double> supported_tails(const std::vector<named_figure>& figures) {
  std::vector<double> quantiles;
  for (const named_figure& f : figures)
    for (const tail& t : f.of.tails)
      if (t.value && std::find(quantiles.begin(), quantiles.end(), t.q) == quantiles.end())
        quantiles.push_back(t.q);
  std::sort(quantiles.begin(), quantiles.end());
  return quantiles;
}

/// "cold: p95 needs 72 starts, this run has 28", for the first that is missing of those people ask
/// for.
std::string missing_tail(std::string_view who, std::string_view samples, const figure& f) {
  for (const tail& t : f.tails)
    if (!t.value && t.q <= most_asked_for)
      return fmt::format("{}: {} needs {} {}, this run has {}", who, quantile_name(t.q), t.needs,
                         samples, f.n);
  return "";
}

std::string footnote(const summary& s) {
  std::vector<std::string> notes;
  if (s.cold_ms.n > 0) notes.push_back(missing_tail("cold", "starts", s.cold_ms));
  if (s.warm_ms.n > 0) notes.push_back(missing_tail("warm", "invocations", s.warm_ms));
  std::erase(notes, "");
  return joined(notes);
}

/// More bins for more samples, so that the picture shows their shape and not their chance.
std::size_t bins_for(std::size_t samples) {
  return std::clamp(static_cast<std::size_t>(2 * std::sqrt(static_cast<double>(samples))),
                    fewest_bins, most_bins);
}

histogram shape(std::string_view name, const figure& f) {
  histogram h{std::string(name), {}, "", ""};
  for (const analysis::bin& b : analysis::histogram(f.sorted, bins_for(f.n)))
    h.counts.push_back(b.count);
  h.low = short_number(f.min);
  h.high = short_number(f.max) + " ms";
  return h;
}

std::string counts(const analysis::counts& c) {
  std::string starts = fmt::format("{} cold, {} warm", c.cold, c.warm);
  if (c.waited > 0) starts += fmt::format(" of which {} waited", c.waited);
  if (c.suppressed > 0) starts += fmt::format(", {} with a suppressed init", c.suppressed);
  if (c.provisioned_starts > 0)
    starts += fmt::format(", {} the first of a provisioned environment", c.provisioned_starts);
  std::string environments = counted(c.environments, "environment");
  if (c.provisioned > 0) environments += fmt::format(" of which {} provisioned", c.provisioned);
  std::vector<std::string> parts{
      std::move(environments), fmt::format("{} ({})", counted(c.invocations, "invocation"), starts),
      fmt::format("{} failed", c.failures), fmt::format("{} throttled", c.throttles)};
  if (c.init_failures > 0) parts.push_back(counted(c.init_failures, "init failed", "inits failed"));
  if (c.restore_failures > 0)
    parts.push_back(counted(c.restore_failures, "restore failed", "restores failed"));
  if (c.discarded > 0) parts.push_back(fmt::format("{} more to warm up", c.discarded));
  if (c.pings > 0)
    parts.push_back(
        fmt::format("{} ({} cold{})", counted(c.pings, "ping"), c.cold_pings,
                    c.failed_pings > 0 ? fmt::format(", {} failed", c.failed_pings) : ""));
  return joined(parts);
}

std::string memory(const figure& peak_mb) {
  if (peak_mb.n == 0) return "peak unknown";
  return fmt::format("peak {} MB median, {} MB at most", short_number(peak_mb.p50),
                     short_number(peak_mb.max));
}

std::string files(const summary& s) {
  const figure& cached = s.cached_percent;
  return fmt::format("{} mapped, {:.0f} % of it in the page cache before a start (from {:.0f} %)",
                     short_bytes(static_cast<std::uint64_t>(s.mapped_bytes)), cached.p50,
                     cached.min);
}

/// "cold 12 ms, warm 1 ms, at 128 MB $0.23 and $0.20 for a million"
std::string billed(const analysis::bill& b, std::int64_t memory_mb) {
  std::vector<std::string> times;
  std::vector<std::string> prices;
  const auto add = [&](const char* what, const figure& ms, std::optional<double> per_million) {
    if (!per_million) return;
    times.push_back(fmt::format("{} {:.0f} ms", what, ms.p50));
    prices.push_back(fmt::format("${:.2f}", *per_million));
  };
  add("ping", b.ping_ms, b.ping_dollars);
  add("cold", b.cold_ms, b.cold_dollars);
  add("warm", b.warm_ms, b.warm_dollars);
  if (times.empty()) return "";
  return fmt::format("{}: at {} MB {} for a million", fmt::join(times, ", "), memory_mb,
                     fmt::join(prices, " and "));
}

std::string cpu(const summary& s) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view phase, const figure& cpu_ms, const figure& wall_ms) {
    if (cpu_ms.n == 0) return;
    std::string text = fmt::format("{} {} ms", phase, short_number(cpu_ms.p50));
    if (wall_ms.n > 0 && wall_ms.p50 > 0)
      text += fmt::format(", {:.0f} %{}", 100 * cpu_ms.p50 / wall_ms.p50,
                          parts.empty() ? " of wall" : "");
    parts.push_back(std::move(text));
  };
  add("init", s.init_cpu_ms, s.init_ms);
  add("cold", s.cold_cpu_ms, s.cold_duration_ms);
  add("warm", s.warm_cpu_ms, s.warm_duration_ms);
  return parts.empty() ? "unknown" : joined(parts);
}

std::string lateness(const figure& late_ms) {
  if (late_ms.n == 0) return "lateness unknown";
  return fmt::format("late by {} ms median, {} ms at most", short_number(late_ms.p50),
                     short_number(late_ms.max));
}

}  // namespace

table table_of_figures(const summary& s) {
  const std::vector<named_figure> figures = measured(s);
  const std::vector<double> tails = supported_tails(figures);

  table t;
  t.columns = {{"ms", alignment::left}, {"median"}, {"95 % interval"}};
  for (const double q : tails) t.columns.push_back({quantile_name(q)});
  for (const char* last : {"min", "max", "n"}) t.columns.push_back({last});

  for (const auto& [name, f] : figures) {
    std::vector<std::string> row{std::string(name), short_number(f.p50)};
    row.push_back(f.p50_bounds ? short_interval(*f.p50_bounds) : std::string(unsupported));
    for (const double q : tails) {
      const tail* of = tail_of(f, q);
      row.push_back(of && of->value ? short_number(*of->value) : std::string(unsupported));
    }
    row.insert(row.end(), {short_number(f.min), short_number(f.max), std::to_string(f.n)});
    t.rows.push_back(std::move(row));
  }
  t.footnote = footnote(s);
  return t;
}

histograms shapes(const summary& s) {
  histograms all;
  for (histogram& h : std::vector{shape("cold", s.cold_ms), shape("warm", s.warm_ms)})
    if (h.counts.size() > 1) all.all.push_back(std::move(h));
  return all;
}

waterfall median_waterfall(const subject& s) {
  waterfall w;
  if (!s.summary.median_cold) return w;
  const analysis::environment_row& e = s.timeline.environments[*s.summary.median_cold];
  const std::vector<analysis::bar> parts = analysis::waterfall(s.timeline, e);
  if (parts.empty()) return w;
  const double whole = parts.back().start_ms + parts.back().length_ms;
  for (const analysis::bar& b : parts)
    w.bars.push_back({b.name, b.start_ms, b.length_ms, part_number(b.length_ms, whole) + " ms"});
  return w;
}

facts counted_facts(const subject& of) {
  const summary& s = of.summary;
  facts all{{{"counts", counts(s.count)}}};
  // What the accounts of the phases say better, if there are any.
  if (s.init.n == 0) all.lines.push_back({"cpu", cpu(s)});
  all.lines.push_back(
      {"memory", joined(std::vector{memory(s.peak_mb), "generator " + lateness(s.lateness_ms)})});
  if (s.cached_percent.n > 0) all.lines.push_back({"files", files(s)});
  const journal::function_facts& f = of.conditions.function;
  const auto bill =
      analysis::sum_up(of.timeline, f, analysis::architecture_of(of.conditions.machine));
  if (std::string text = billed(bill, f.memory_mb); !text.empty())
    all.lines.push_back({"billed", std::move(text)});
  return all;
}

}  // namespace lambdaprof::report
