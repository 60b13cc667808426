// SPDX-License-Identifier: Apache-2.0
#include "report/html_data.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/metric.hpp"
#include "base/text.hpp"
#include "report/compact.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;
using analysis::environment_row;
using analysis::invocation_row;
using analysis::timeline;
using journal::start_kind;

std::optional<std::int64_t> whole_us(std::optional<span> s) {
  if (!s) return std::nullopt;
  return std::chrono::round<std::chrono::microseconds>(*s).count();
}

std::optional<std::int64_t> whole_us_between(instant from, instant to) {
  return whole_us(invocation_row::between(from, to));
}

/// As the results file has it.
json to_the_nanosecond(double value) {
  return std::round(value * 1e6) / 1e6;
}

json figure_of(const analysis::metric& m, const analysis::figure& f) {
  return {{"name", m.name},
          {"unit", m.unit},
          {"n", f.n},
          {"p50", to_the_nanosecond(f.p50)},
          {"low", f.p50_bounds ? to_the_nanosecond(f.p50_bounds->low) : json()},
          {"high", f.p50_bounds ? to_the_nanosecond(f.p50_bounds->high) : json()},
          {"min", to_the_nanosecond(f.min)},
          {"max", to_the_nanosecond(f.max)}};
}

json figures_of(const subject& s) {
  json all = json::object();
  for (const analysis::metric& m : analysis::metrics()) {
    const analysis::figure f =
        analysis::summarize(analysis::in_order(analysis::samples_of(m, s.timeline, s.conditions)));
    if (f.n > 0) all[std::string(m.key)] = figure_of(m, f);
  }
  return all;
}

json environments_of(const timeline& t) {
  compact_column block, discarded, outcome, ordered, queued, init, restore, life, shutdown, cold;
  instant before{};
  for (const environment_row& e : t.environments) {
    const bool is_restored = e.restore_failed == never;
    block.add(e.block);
    discarded.add(e.discarded);
    outcome.add(static_cast<std::int64_t>(is_restored ? e.init : e.restore));
    ordered.add(whole_us_between(before, e.ordered));
    if (e.ordered != never) before = e.ordered;
    queued.add(whole_us_between(e.ordered, e.began));
    init.add(whole_us_between(e.began, e.init_done == never ? e.init_failed : e.init_done));
    restore.add(whole_us_between(e.restore_began, is_restored ? e.restore_done : e.restore_failed));
    life.add(whole_us_between(e.ordered, e.retired));
    shutdown.add(whole_us_between(e.retired, e.gone));
    cold.add(whole_us(t.cold(e)));
  }
  return {{"block", block.text()},       {"discarded", discarded.text()},
          {"outcome", outcome.text()},   {"ordered", ordered.text()},
          {"queued", queued.text()},     {"init", init.text()},
          {"restore", restore.text()},   {"life", life.text()},
          {"shutdown", shutdown.text()}, {"cold", cold.text()}};
}

/// What the page calls it, in the order of data.js.
std::int64_t kind_of(const invocation_row& i) {
  if (i.throttled || i.delivered == never) return 4;
  if (i.start == start_kind::cold) return 0;
  if (i.start == start_kind::suppressed) return 3;
  return i.has_waited() ? 2 : 1;
}

json invocations_of(const timeline& t, std::size_t every) {
  compact_column env, kind, outcome, due, latency, before_handler, after, cpu;
  std::int64_t env_before = 0;
  std::int64_t end_before = 0;
  for (std::size_t at = 0; at < t.invocations.size(); at += every) {
    const invocation_row& i = t.invocations[at];
    const auto its_env = i.env ? std::optional<std::int64_t>(i.env.value) : std::nullopt;
    env.add(its_env ? std::optional(*its_env - env_before) : std::nullopt);
    env_before = its_env.value_or(env_before);
    kind.add(2 * kind_of(i) + (i.discarded ? 1 : 0));
    outcome.add(static_cast<std::int64_t>(i.how));
    const auto its_due = whole_us_between(instant{}, i.due);
    const auto its_latency = whole_us(i.latency());
    const auto its_handler = whole_us(i.handler());
    due.add(its_due ? std::optional(*its_due - end_before) : std::nullopt);
    latency.add(its_latency);
    before_handler.add(its_latency && its_handler ? std::optional(*its_latency - *its_handler)
                                                  : std::nullopt);
    const auto its_after = whole_us_between(i.answered, i.settled);
    after.add(its_after);
    end_before = its_due.value_or(end_before) + its_latency.value_or(0) + its_after.value_or(0);
    cpu.add(i.cpu < span::zero() ? std::nullopt : whole_us(i.cpu));
  }
  return {{"env", env.text()},         {"kind", kind.text()},
          {"outcome", outcome.text()}, {"due", due.text()},
          {"latency", latency.text()}, {"before_handler", before_handler.text()},
          {"after", after.text()},     {"cpu", cpu.text()}};
}

json drawn_subject(const subject& s, std::size_t every) {
  json j;
  j["name"] = valid_utf8(printable(variant_name(s)));
  j["role"] = journal::role_names[static_cast<std::size_t>(s.conditions.variant.role)];
  const std::string& group = s.conditions.variant.group;
  if (!group.empty()) j["technique"] = valid_utf8(printable(name_in_group(variant_name(s), group)));
  j["memory_mb"] = s.conditions.function.memory_mb;
  j["figures"] = figures_of(s);
  j["all_samples"] = s.timeline.invocations.size();
  j["every"] = every;
  j["environments"] = environments_of(s.timeline);
  j["invocations"] = invocations_of(s.timeline, every);
  return j;
}

}  // namespace

std::string page_data(const std::vector<std::vector<const subject*>>& articles,
                      std::size_t most_samples) {
  std::size_t samples = 0;
  for (const auto& subjects : articles)
    for (const subject* s : subjects) samples += s->timeline.invocations.size();
  const std::size_t every = std::max<std::size_t>(1, (samples + most_samples - 1) / most_samples);

  json all;
  all["kinds"] = {"cold", "warm", "waited", "suppressed", "none"};
  all["outcomes"] = journal::outcome_names;
  json& lists = all["articles"] = json::array();
  for (const auto& subjects : articles) {
    json list = json::array();
    for (const subject* s : subjects) list.push_back(drawn_subject(*s, every));
    lists.push_back(std::move(list));
  }
  return all.dump();
}

}  // namespace lambdaprof::report
