// SPDX-License-Identifier: Apache-2.0
// The keys of the results file, once for both directions: `io` is the writer or the reader
// (json_row.hpp, json_place.hpp). What is derived is not here.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

#include "analysis/timeline.hpp"
#include "journal/header.hpp"

namespace lambdaprof::report {

/// T, const for the writer.
template <class Row, class T>
concept alike = std::same_as<std::remove_const_t<Row>, T>;

void fields(auto& io, alike<std::pair<std::string, std::string>> auto& variable) {
  io.value("name", variable.first);
  io.value("value", variable.second);
}

void fields(auto& io, alike<journal::function_facts> auto& f) {
  io.value("command", f.command);
  io.value("directory", f.directory);
  io.value("handler", f.handler);
  io.rows("variables", f.variables);
  io.value("memory_mb", f.memory_mb);
  io.value("timeout_ms", f.timeout);
  io.value_unless(std::vector<std::string>{}, "extensions", f.extensions);
  io.value_unless(std::string("on-demand"), "initialization", f.initialization);
  io.value_unless(std::string("buffered"), "invoke_mode", f.invoke_mode);
  io.value_unless(std::int64_t{0}, "max_concurrency", f.max_concurrency);
  io.value("binary_bytes", f.binary_bytes);
  io.value("digest", f.digest);
}

void fields(auto& io, alike<journal::machine_facts> auto& m) {
  io.value("kernel", m.kernel);
  io.value("cpu", m.cpu);
  io.value("cpus", m.cpus);
  io.value("memory_mb", m.memory_mb);
  io.value("virtualization", m.virtualization);
  io.value("load_average", m.load_average);
}

void fields(auto& io, alike<journal::assumption> auto& a) {
  io.value("about", a.about);
  io.value("says", a.says);
  io.value("enforced", a.enforced);
}

void fields(auto& io, alike<journal::variant_facts> auto& v) {
  io.one_of("role", v.role, journal::role_names);
  io.value("settings", v.settings);
  io.value_unless(std::string(), "group", v.group);
}

void fields(auto& io, alike<journal::budget_text> auto& b) {
  io.value("metric", b.metric);
  io.value("budget", b.limit);
}

void fields(auto& io, alike<journal::trial_facts> auto& t) {
  io.rows("budgets", t.budgets);
  io.value("alpha", t.alpha);
  io.value("machine_deviation", t.machine_deviation);
  io.value("max_blocks", t.max_blocks);
  io.value("passes_inconclusive", t.passes_inconclusive);
  io.value("stopped", t.stopped);
  io.value_unless(std::string(), "question", t.question);
  io.value_unless(std::vector<std::string>{}, "judged_by", t.judged_by);
}

void fields(auto& io, alike<journal::mark> auto& m) {
  io.value("name", m.name);
  io.value("text", m.text);
}

/// The clock of the loader has done its work once the journal is read.
void fields(auto& io, alike<journal::init_trace_facts> auto& t) {
  io.value("on", t.is_on);
}

/// Of a run; the function is the variant's.
void fields(auto& io, alike<journal::header> auto& h) {
  io.tool(h.tool_version);
  io.value("command", h.command_line);
  io.value("started_at", h.started_at);
  io.value("label", h.label);
  io.value("seed", h.seed);
  io.value("plan", h.plan);
  io.part("machine", h.machine);
  io.rows("model", h.model);
  io.part_if(h.trial.max_blocks > 0, "trial", h.trial);
  io.rows_if_any("marks", h.marks);
  io.part_if(h.init_trace.is_on, "init_trace", h.init_trace);
}

void fields(auto& io, alike<journal::usage> auto& u) {
  io.if_any("cpu_ms", u.cpu);
  io.if_any("user_ms", u.user);
  io.if_any("system_ms", u.system);
  io.if_any("throttled_ms", u.throttled);
  io.if_any("waited_ms", u.waited);
  io.if_any("cpu_some_ms", u.cpu_some);
  io.if_any("cpu_full_ms", u.cpu_full);
  io.if_any("io_some_ms", u.io_some);
  io.if_any("io_full_ms", u.io_full);
  io.if_any("peak_bytes", u.peak_bytes);
  io.if_any("minor_faults", u.minor_faults);
  io.if_any("major_faults", u.major_faults);
  io.if_any("read_bytes", u.read_bytes);
  io.if_any("slices", u.slices);
  io.if_any("voluntary_switches", u.voluntary_switches);
  io.if_any("involuntary_switches", u.involuntary_switches);
  io.if_any("busiest_ms", u.busiest);
  io.if_any("running", u.running);
  io.if_any("carried_ms", u.carried);
}

void fields(auto& io, alike<analysis::extension_row> auto& x) {
  io.value("name", x.name);
  io.value("external", x.is_external);
  io.value("invoke", x.wants_invoke);
  io.value("shutdown", x.wants_shutdown);
  io.value("began_ms", x.began);
  io.value("registered_ms", x.registered);
  io.value("ready_ms", x.ready);
  io.one_of("end", x.end, analysis::extension_end_names);
  io.value("exit_status", x.exit_status);
  io.value("exit_signal", x.exit_signal);
  io.value_unless(std::string(), "error_type", x.error_type);
  io.value_unless(std::string(), "launch_error", x.launch_error);
  io.value("log_lines", x.log_lines);
  io.value_unless(std::uint64_t{0}, "dropped_records", x.dropped_records);
  io.value_unless(std::uint64_t{0}, "dropped_bytes", x.dropped_bytes);
}

void fields(auto& io, alike<analysis::extension_turn> auto& x) {
  io.value("extension", x.extension);
  io.value("back_ms", x.back);
}

void fields(auto& io, alike<analysis::mark_row> auto& m) {
  io.value("name", m.name);
  io.value("at_ms", m.at);
  io.if_known("ready_ms", m.ready);
}

void fields(auto& io, alike<analysis::init_step> auto& s) {
  io.one_of("by", s.by, analysis::tracer_names);
  io.value("name", s.name);
  io.value("self_ms", s.self);
}

void fields(auto& io, alike<analysis::emitted_metric> auto& m) {
  io.value("key", m.key);
  io.value("namespace", m.space);
  io.value("name", m.name);
  io.value("unit", m.unit);
}

void fields(auto& io, alike<analysis::emf_account> auto& a) {
  io.value("lines", a.lines);
  io.value("malformed", a.malformed);
  io.value("unassigned", a.unassigned);
  io.value_unless(std::string(), "complaint", a.complaint);
  io.value_unless(std::string(), "example", a.example);
}

void fields(auto& io, alike<analysis::environment_row> auto& e) {
  io.value("id", e.id);
  io.if_any("block", e.block);
  io.value("discarded", e.discarded);
  io.value_unless(false, "provisioned", e.provisioned);
  io.one_of("init_outcome", e.init, journal::outcome_names);
  io.value("init_error", e.init_error);
  io.value_unless(std::string(), "init_error_type", e.init_error_type);
  io.value("ordered_ms", e.ordered);
  io.value("began_ms", e.began);
  io.value_unless(never, "runtime_began_ms", e.runtime_began);
  io.value("started_ms", e.started);
  io.value_unless(never, "runtime_ready_at_init_ms", e.runtime_ready_at_init);
  io.value("init_done_ms", e.init_done);
  io.value("init_failed_ms", e.init_failed);
  io.value_unless(never, "restore_began_ms", e.restore_began);
  io.value_unless(never, "restore_done_ms", e.restore_done);
  io.value_unless(never, "restore_failed_ms", e.restore_failed);
  io.one_of_unless(journal::outcome::success, "restore_outcome", e.restore, journal::outcome_names);
  io.value_unless(std::string(), "restore_error", e.restore_error);
  io.value_unless(std::string(), "restore_error_type", e.restore_error_type);
  io.if_any("restore_cpu_ms", e.restore_cpu);
  io.value("retired_ms", e.retired);
  io.value("gone_ms", e.gone);
  io.value("first_invocation", e.first);
  io.value("starting_with_it", e.starting_with_it);
  io.value("attempts", e.attempts);
  io.value("invocations", e.invocations);
  io.if_known("init_cpu_ms", e.init_cpu);
  io.if_any("mapped_bytes", e.mapped_bytes);
  io.if_any("cached_bytes", e.cached_bytes);
  io.part("init_usage", e.init_used);
  io.part("usage", e.used);
  io.value("exit_status", e.exit_status);
  io.value("exit_signal", e.exit_signal);
  io.value("strays", e.strays);
  io.value("left_groups", e.left_groups);
  io.value("log_lines", e.log_lines);
  io.value("log_bytes_dropped", e.log_bytes_dropped);
  io.rows_if_any("extensions", e.extensions);
  io.rows_if_any("marks", e.marks);
  io.values_if_any("metrics", e.metrics);
  io.rows_if_any("init_trace", e.init_trace);
}

void fields(auto& io, alike<analysis::invocation_row> auto& i) {
  io.value("id", i.id);
  io.value("environment", i.env);
  io.value("event", i.event);
  io.if_any("block", i.block);
  io.value("discarded", i.discarded);
  io.value_unless(false, "ping", i.is_ping);
  io.value("throttled", i.throttled);
  io.one_of_if(i.delivered != never, "start", i.start, journal::start_kind_names);
  io.one_of_if(!i.throttled, "outcome", i.how, journal::outcome_names);
  io.value("due_ms", i.due);
  io.value("arrived_ms", i.arrived);
  io.value("assigned_ms", i.assigned);
  io.value("delivered_ms", i.delivered);
  io.value("first_byte_ms", i.first_byte);
  io.value_unless(false, "streamed", i.is_streamed);
  io.value("answered_ms", i.answered);
  // Without extensions it has settled then.
  io.value_unless(i.extensions.empty() ? i.runtime_done : never, "runtime_done_ms", i.runtime_done);
  io.value("settled_ms", i.settled);
  io.value("response_bytes", i.response_bytes);
  io.value_unless(std::uint16_t{0}, "http_status", i.http_status);
  io.if_known("cpu_ms", i.cpu);
  io.part("usage", i.used);
  io.value("usage_phases", i.used_phases);
  io.if_known("cpu_after_ms", i.cpu_after);
  io.if_known("thaw_ms", i.thaw);
  io.value("error", i.error);
  io.value_unless(std::string(), "error_type", i.error_type);
  io.rows_if_any("extensions", i.extensions);
  io.values_if_any("metrics", i.metrics);
}

void fields(auto& io, alike<analysis::refusal> auto& r) {
  io.value("at_ms", r.at);
  io.value("environment", r.env);
  io.value("invocation", r.inv);
  io.value("status", r.status);
  io.value("what", r.what);
  io.value("discarded", r.discarded);
}

/// Of the run of a variant.
void fields(auto& io, alike<analysis::timeline> auto& t) {
  io.value("interrupted", t.interrupted);
  io.value("skipped_ms", t.skipped);
  io.value("notes", t.notes);
  io.rows_if_any("metrics", t.metrics);
  io.part_if(t.emf.lines > 0, "emf", t.emf);
  io.rows("refusals", t.refusals);
  io.rows("environments", t.environments);
  io.rows("invocations", t.invocations);
}

}  // namespace lambdaprof::report
