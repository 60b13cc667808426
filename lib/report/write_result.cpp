// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "analysis/billing.hpp"
#include "analysis/waterfall.hpp"
#include "journal/request_id.hpp"
#include "report/findings_json.hpp"
#include "report/json_lines.hpp"
#include "report/json_row.hpp"
#include "report/log_text.hpp"
#include "report/result.hpp"
#include "report/variant_name.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;
using analysis::environment_row;
using analysis::figure;
using analysis::invocation_row;
using analysis::timeline;

/// A figure to the nanosecond: more digits would only pretend.
json rounded(double value) {
  return json_row::json_of(std::round(value * 1e6) / 1e6);
}

json json_of(const figure& f) {
  const auto if_any = [&](double value, std::size_t samples = 1) {
    return f.n >= samples ? rounded(value) : json();
  };
  json j;
  j["n"] = f.n;
  j["p50"] = if_any(f.p50);
  j["p50_low"] = f.p50_bounds ? rounded(f.p50_bounds->low) : json();
  j["p50_high"] = f.p50_bounds ? rounded(f.p50_bounds->high) : json();
  for (const auto& [key, q] : {std::pair{"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}) {
    const auto t = std::find_if(f.tails.begin(), f.tails.end(),
                                [q = q](const analysis::tail& each) { return each.q == q; });
    j[key] = t != f.tails.end() && t->value ? rounded(*t->value) : json();
  }
  j["min"] = if_any(f.min);
  j["max"] = if_any(f.max);
  j["mean"] = if_any(f.mean);
  j["sd"] = if_any(f.sd, 2);
  return j;
}

json json_of(const analysis::counts& c) {
  json j{{"environments", c.environments},
         {"invocations", c.invocations},
         {"cold", c.cold},
         {"warm", c.warm},
         {"waited", c.waited},
         {"suppressed", c.suppressed},
         {"failures", c.failures},
         {"throttles", c.throttles},
         {"init_failures", c.init_failures},
         {"refusals", c.refusals},
         {"discarded", c.discarded}};
  j["by_outcome"] = json::object();
  for (const auto& [outcome, n] : c.by_outcome) j["by_outcome"][outcome] = n;
  if (c.restore_failures > 0) j["restore_failures"] = c.restore_failures;
  if (c.pings > 0) {
    j["pings"] = c.pings;
    j["cold_pings"] = c.cold_pings;
    j["failed_pings"] = c.failed_pings;
  }
  if (c.provisioned > 0) j["provisioned"] = c.provisioned;
  if (c.provisioned_starts > 0) j["provisioned_starts"] = c.provisioned_starts;
  return j;
}

json json_of(const analysis::account& a) {
  const auto if_known = [](const std::optional<double>& value) {
    return value ? rounded(*value) : json();
  };
  const auto of_rest = [&](double analysis::account::remainder::*member) {
    return a.rest ? rounded((*a.rest).*member) : json();
  };
  using remainder = analysis::account::remainder;
  return {{"n", a.n},
          {"wall_ms", rounded(a.wall_ms)},
          {"user_ms", rounded(a.user_ms)},
          {"system_ms", rounded(a.system_ms)},
          {"throttled_ms", if_known(a.throttled_ms)},
          {"waiting_ms", of_rest(&remainder::waiting_ms)},
          {"blocked_ms", of_rest(&remainder::blocked_ms)},
          {"residual_ms", of_rest(&remainder::residual_ms)},
          {"cpu_some_ms", if_known(a.cpu_some_ms)},
          {"cpu_full_ms", if_known(a.cpu_full_ms)},
          {"io_some_ms", if_known(a.io_some_ms)},
          {"io_full_ms", if_known(a.io_full_ms)},
          {"minor_faults", if_known(a.minor_faults)},
          {"major_faults", if_known(a.major_faults)},
          {"read_bytes", if_known(a.read_bytes)},
          {"slices", if_known(a.slices)}};
}

json json_of(const analysis::frozen_debt& d) {
  return {{"looked_at", d.looked_at},
          {"with_work", d.with_work},
          {"most_threads", d.most_threads},
          {"after_ms", json_of(d.after_ms)},
          {"carried_ms", json_of(d.carried_ms)}};
}

json json_of(const analysis::bill& b) {
  const auto if_known = [](const std::optional<double>& value) {
    return value ? rounded(*value) : json();
  };
  json j{{"cold_ms", json_of(b.cold_ms)},
         {"warm_ms", json_of(b.warm_ms)},
         {"cold_dollars_per_million", if_known(b.cold_dollars)},
         {"warm_dollars_per_million", if_known(b.warm_dollars)}};
  if (b.ping_ms.n > 0) {
    j["ping_ms"] = json_of(b.ping_ms);
    j["ping_dollars_per_million"] = if_known(b.ping_dollars);
  }
  return j;
}

void put_if_any(json& to, const char* key, const figure& f) {
  if (f.n > 0) to[key] = json_of(f);
}

json json_of(const analysis::division& d) {
  json by_name = json::array();
  for (const analysis::extension_figures& x : d.extensions)
    by_name.push_back({{"name", json_row::json_of(x.name)},
                       {"external", x.is_external},
                       {"registration_ms", json_of(x.registration_ms)},
                       {"init_ms", json_of(x.init_ms)},
                       {"invoke_ms", json_of(x.invoke_ms)}});
  return {{"runtime_init_ms", json_of(d.runtime_init_ms)},
          {"runtime_ms", json_of(d.runtime_ms)},
          {"duration_ms", json_of(d.duration_ms)},
          {"by_name", std::move(by_name)}};
}

json json_of(const analysis::metric_figures& m) {
  json j = json::object();
  put_if_any(j, "init", m.init);
  put_if_any(j, "cold", m.cold);
  put_if_any(j, "warm", m.warm);
  return j;
}

json json_of(const analysis::trace_figures& f) {
  json steps = json::array();
  for (const analysis::trace_figures::step& s : f.steps)
    steps.push_back({{"by", analysis::tracer_names[static_cast<std::size_t>(s.by)]},
                     {"name", json_row::json_of(s.name)},
                     {"self_ms", rounded(s.self_ms)}});
  return {{"n", f.n},
          {"init_ms", rounded(f.init_ms)},
          {"steps", std::move(steps)},
          {"others_ms", rounded(f.others_ms)},
          {"untold_ms", rounded(f.untold_ms)}};
}

void put_emitted(json& to, const analysis::summary& s) {
  for (const analysis::mark_figures& m : s.marks) {
    to["mark"][valid_utf8(m.name) + "_ms"] = json_of(m.ready_ms);
    to["mark_never"][valid_utf8(m.name)] = m.never;
  }
  for (const analysis::metric_figures& m : s.metrics) to["emf"][valid_utf8(m.of.key)] = json_of(m);
  if (s.traces.n > 0) to["init_trace"] = json_of(s.traces);
}

json json_of(const analysis::summary& s, const analysis::bill& b) {
  json j;
  j["counts"] = json_of(s.count);
  j["cold"] = {{"init_ms", json_of(s.init_ms)},
               {"first_ms", json_of(s.first_ms)},
               {"cold_ms", json_of(s.cold_ms)},
               {"exec_ms", json_of(s.exec_ms)},
               {"handler_ms", json_of(s.cold_handler_ms)},
               {"init_cpu_ms", json_of(s.init_cpu_ms)},
               {"cold_cpu_ms", json_of(s.cold_cpu_ms)}};
  put_if_any(j["cold"], "restore_ms", s.restore_ms);
  put_if_any(j["cold"], "first_byte_ms", s.cold_first_byte_ms);
  j["warm"] = {{"warm_ms", json_of(s.warm_ms)},
               {"waited_ms", json_of(s.waited_ms)},
               {"handler_ms", json_of(s.warm_handler_ms)},
               {"cpu_ms", json_of(s.warm_cpu_ms)}};
  put_if_any(j["warm"], "first_byte_ms", s.warm_first_byte_ms);
  put_if_any(j, "provisioned_init_ms", s.provisioned_init_ms);
  put_if_any(j, "post_runtime_extensions_ms", s.with_extensions.post_runtime_ms);
  if (!s.with_extensions.extensions.empty()) j["extensions"] = json_of(s.with_extensions);
  j["time"] = {{"init", json_of(s.init)},
               {"first_invocation", json_of(s.cold)},
               {"warm_invocation", json_of(s.warm)}};
  j["frozen_debt"] = {{"after_init", json_of(s.after_init)},
                      {"after_response", json_of(s.after_response)}};
  j["thaw_ms"] = json_of(s.thaw_ms);
  j["lateness_ms"] = json_of(s.lateness_ms);
  j["peak_mb"] = json_of(s.peak_mb);
  j["cached_percent"] = json_of(s.cached_percent);
  j["billed"] = json_of(b);
  j["failures"] = json_row::json_of(s.failures);
  put_emitted(j, s);
  return j;
}

/// How the environment's cold start ended: in its init or restore, else in its first invocation.
journal::outcome outcome_of(const timeline& t, const environment_row& e) {
  if (e.restore_failed != never) return e.restore;
  return e.init == journal::outcome::success && e.first ? t.invocations[*e.first].how : e.init;
}

json phases(const timeline& t, const environment_row& e) {
  json lengths = json::object();
  for (const analysis::bar& b : analysis::waterfall(t, e)) {
    std::string key = b.name + "_ms";
    std::replace(key.begin(), key.end(), ' ', '_');
    lengths[key] = rounded(b.length_ms);
  }
  return lengths;
}

/// The io of a timeline: its rows as lines, each with what is derived from it first, for people.
class timeline_writer {
 public:
  timeline_writer(const subject& s, json_lines& to)
      : timeline_(s.timeline),
        conditions_(s.conditions),
        charges_(analysis::charges(s.timeline, s.conditions.function)),
        to_(to) {}

  template <class T>
  void value(const char* key, const T& v) {
    to_.put(key, json_row::json_of(v));
  }

  void rows_if_any(const char* key, const std::vector<analysis::emitted_metric>& all) {
    json_row row;
    row.rows_if_any(key, all);
    put(row);
  }
  void part_if(bool is_there, const char* key, const analysis::emf_account& of) {
    json_row row;
    row.part_if(is_there, key, of);
    put(row);
  }

  template <class T>
  void rows(const char* key, const std::vector<T>& all) {
    to_.open('[', key);
    for (const T& one : all) {
      json_row row;
      derive(row, one);
      fields(row, one);
      to_.put_row(row.object());
    }
    to_.close();
  }

 private:
  void put(json_row& row) {
    for (const auto& [key, value] : row.object().items()) to_.put(key.c_str(), value);
  }

  void derive(json_row& row, const environment_row& e) const {
    const invocation_row* first = e.first ? &timeline_.invocations[*e.first] : nullptr;
    const std::optional<span> none;
    row.one_of("outcome", outcome_of(timeline_, e), journal::outcome_names);
    row.value("init_ms", e.init_time());
    row.value("first_ms", timeline_.first_response(e));
    row.value("cold_ms", timeline_.cold(e));
    row.value("exec_ms", e.exec_time());
    row.value("handler_ms", first ? first->handler() : none);
    row.object()["phases"] = phases(timeline_, e);
    row.object()["init_report"] = init_report(e);
    if (e.is_restored()) {
      row.value("restore_ms", e.restore_time());
      row.object()["restore_report"] = restore_report(e);
    }
    if (e.extensions.empty()) return;
    row.value("runtime_init_ms", e.runtime_init_time());
    json& init = row.object()["extension_init_ms"] = json::object();
    for (const analysis::extension_row& x : e.extensions)
      init[valid_utf8(x.name)] = json_row::json_of(e.init_time(x));
  }
  void derive(json_row& row, const invocation_row& i) const {
    row.value("latency_ms", i.latency());
    row.value("handler_ms", i.handler());
    row.value("duration_ms", i.duration());
    if (i.is_streamed) row.value("time_to_first_byte_ms", i.time_to_first_byte());
    derive_parts(row, i);
    const auto& charge = charges_[static_cast<std::size_t>(&i - timeline_.invocations.data())];
    row.object()["billed_ms"] = charge ? json(charge->billed_ms) : json();
    row.object()["report"] = charge ? json(report_line(i, *charge)) : json();
  }
  void derive(json_row&, const analysis::refusal&) const {}

  void derive_parts(json_row& row, const invocation_row& i) const {
    if (i.extensions.empty()) return;
    row.value("runtime_ms", i.runtime_time());
    row.value("post_runtime_extensions_ms", i.post_runtime_extensions());
    json& parts = row.object()["extension_ms"] = json::object();
    if (i.env.value >= timeline_.environments.size()) return;
    const auto& extensions = timeline_.environments[i.env.value].extensions;
    for (const analysis::extension_turn& turn : i.extensions)
      if (turn.extension < extensions.size())
        parts[valid_utf8(extensions[turn.extension].name)] =
            json_row::json_of(i.extension_time(turn));
  }

  std::string report_line(const invocation_row& i, const analysis::charge& c) const {
    return valid_utf8(report_text(journal::request_id(conditions_.seed, i.id), c,
                                  conditions_.function.memory_mb, i.used.peak_bytes,
                                  status_text(i.how, i.error, i.error_type)));
  }
  /// Of its first init, if that failed, and always of a SnapStart function.
  json init_report(const environment_row& e) const {
    if (e.is_restored() && e.init_time())
      return init_report_text(*e.init_time(), init_phase::init, {});
    const auto time =
        invocation_row::between(e.began == never ? e.ordered : e.began, e.init_failed);
    if (!time) return {};
    return valid_utf8(init_report_text(*time, init_phase::init,
                                       status_text(e.init, e.init_error, e.init_error_type)));
  }
  static json restore_report(const environment_row& e) {
    const bool has_failed = e.restore_failed != never;
    const auto time =
        invocation_row::between(e.restore_began, has_failed ? e.restore_failed : e.restore_done);
    if (!time) return {};
    return valid_utf8(
        restore_report_text(*time, status_text(e.restore, e.restore_error, e.restore_error_type)));
  }

  const timeline& timeline_;
  const journal::header& conditions_;
  const std::vector<std::optional<analysis::charge>> charges_;
  json_lines& to_;
};

json conditions(const journal::header& h) {
  json_row row;
  fields(row, h);
  return std::move(row.object());
}

void write_variant(const subject& s, const json& run, json_lines& to) {
  to.open('{');
  to.put("name", json_row::json_of(variant_name(s)));
  if (!s.conditions.variant.name.empty()) {
    json_row variant;
    fields(variant, s.conditions.variant);
    variant.value("function", s.conditions.function.name);
    to.put("variant", variant.object());
  }
  json_row function;
  fields(function, s.conditions.function);
  to.put("function", function.object());
  // Variants of one run share its conditions; results put together need not.
  if (const json own = conditions(s.conditions); own != run) to.put("run", own);
  to.put("breaches", json_row::json_of(s.breaches));
  const journal::function_facts& f = s.conditions.function;
  to.put("summary",
         json_of(s.summary,
                 analysis::sum_up(s.timeline, f, analysis::architecture_of(s.conditions.machine))));
  timeline_writer io(s, to);
  fields(io, s.timeline);
  to.close();
}

template <class Finding>
void write_list(const char* key, const std::vector<Finding>& all, json_lines& to) {
  to.open('[', key);
  for (const Finding& one : all) to.put_row(report::json_of(one));
  to.close();
}

}  // namespace

std::string write_result(std::span<const subject> subjects, const trial::findings* findings) {
  const json run = conditions(subjects.empty() ? journal::header{} : subjects.front().conditions);
  json_lines to;
  to.open('{');
  to.put("schema", result_schema);
  for (const auto& [key, value] : run.items()) to.put(key, value);
  to.open('[', "variants");
  for (const subject& s : subjects) write_variant(s, run, to);
  to.close();
  const trial::findings none;
  const trial::findings& found = findings != nullptr ? *findings : none;
  write_list("comparisons", found.comparisons, to);
  write_list("verdicts", found.verdicts, to);
  if (!found.self_tests.empty()) write_list("self_tests", found.self_tests, to);
  if (!found.caveats.empty()) to.put("caveats", json_row::json_of(found.caveats));
  to.close();
  return std::move(to).text();
}

}  // namespace lambdaprof::report
