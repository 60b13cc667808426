// SPDX-License-Identifier: Apache-2.0
// Subjects for the report tests: a plausible run with a few failures, the same numbers on every
// machine.
#pragma once

#include <cmath>

#include "base/random.hpp"
#include "report/subject.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof::support {

inline report::subject subject_of(const journal::journal& j) {
  report::subject s{j.conditions(), analysis::read_timeline(j), {}, {}};
  s.summary = analysis::summarize(s.timeline);
  return s;
}

inline journal::header plausible_conditions() {
  journal::header h;
  h.tool_version = "0.1.0";
  h.command_line =
      "lambdaprof run ./thumbnail --memory 512 --cold 30 --warm 8 --seed 7 -- --quality 80";
  h.started_at = "2026-11-20T09:30:00Z";
  h.seed = 7;
  h.plan = "30 × (fresh, 1 + 8 sequential)";
  h.function = {"thumbnail",
                {"/srv/thumbnail/bootstrap", "--quality", "80"},
                "/srv/thumbnail",
                "function.handler",
                {{"STAGE", "test"}, {"BUCKET", "pictures"}},
                512,
                std::chrono::seconds(3),
                {},
                "on-demand",
                "buffered",
                0,
                4'812'344,
                "8f1d2c3b4a596877"};
  h.machine = {"Linux 6.1.0", "Example CPU @ 2.60GHz", 4, 16'000, "kvm", 0.31};
  h.model = {{"cpu", "0.29 vCPU in invokes", true},
             {"memory", "512 MB", true},
             {"freeze", "the whole process group between invocations", false},
             {"keep-alive", "uniform 300–360 s", true},
             {"page cache", "hot", true},
             {"idle time", "skipped", true}};
  return h;
}

/// After so much CPU; of the last phase the busiest thread had `busiest`, with its waiting.
inline journal::usage sample_at(double cpu, double busiest) {
  return {.cpu = ms(cpu),
          .user = ms(cpu * 0.75),
          .system = ms(cpu * 0.25),
          .throttled = ms(0),
          .waited = ms(0),
          .cpu_some = ms(0.25),
          .cpu_full = ms(0.125),
          .io_some = ms(0),
          .io_full = ms(0),
          .peak_bytes = 48 << 20,
          .minor_faults = 5000 + static_cast<std::int64_t>(cpu),
          .major_faults = 2,
          .read_bytes = 8192,
          .slices = static_cast<std::int64_t>(cpu),
          .busiest = ms(busiest),
          .running = 0,
          .carried = ms(0)};
}

/// Thirty starts with eight more invocations each; two inits end in an error, one handler runs too
/// long.
inline journal::journal plausible_run() {
  constexpr std::uint32_t starts = 30;
  constexpr std::uint32_t warm_each = 8;
  random chance(7);
  const auto around = [&](double middle, double spread) {
    // In microseconds, so that no machine's logarithm can change the last digit.
    return std::round(middle * std::exp(spread * chance.normal()) * 1e3) / 1e3;
  };

  journal_builder b;
  b.conditions() = plausible_conditions();
  std::uint32_t i = 0;
  for (std::uint32_t e = 0; e < starts; ++e) {
    const double due = 200.0 * e + (e > 17 ? 3000 : 0);
    b.at(due);
    if (e == 11 || e == 23) {
      b.arrived(i).launch_ordered(e, i).later(0.35).process_started(e, due + 0.02).later(4);
      b.init_failed(e, journal::outcome::init_error, "could not open model.bin");
      b.failed(
          e, i, journal::outcome::init_error,
          R"({"errorType":"Extension.ModelMissing","errorMessage":"could not open model.bin: No such file or directory","stackTrace":[]})");
      b.settled(e, i++, journal::outcome::init_error).end(e);
      continue;
    }
    const double init_cpu = around(27, 0.05);
    const double first_cpu = around(2.1, 0.1);
    double cpu = init_cpu + first_cpu;
    const cold_parts start{.queued = around(0.02, 0.3),
                           .exec = around(0.35, 0.1),
                           .init = around(31, 0.08),
                           .wait = around(0.015, 0.2),
                           .handler = around(2.6, 0.12),
                           .after = around(0.05, 0.1),
                           .init_cpu = init_cpu,
                           .handler_cpu = first_cpu};
    b.cold(e, i++, start);
    const double begin_of_wait = due + start.queued + start.exec + start.init;
    b.at(begin_of_wait).sampled(e, sample_at(init_cpu, init_cpu));
    b.at(begin_of_wait + start.wait + start.handler + start.after);
    b.sampled(e, sample_at(cpu, first_cpu));
    for (std::uint32_t w = 0; w < warm_each; ++w, ++i) {
      b.later(around(0.4, 0.2));
      if (e == 17 && w == 3) {
        b.arrived(i).delivered(e, i, journal::start_kind::warm).later(3000);
        b.failed(
            e, i, journal::outcome::timed_out,
            R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 0e7b4a52-8f0a-4f6e-9b13-3a1d40b6a5c7 Error: Task timed out after 3.00 seconds"})");
        b.settled(e, i, journal::outcome::timed_out);
        ++i;
        break;
      }
      cpu += around(0.61, 0.1);
      const double before = cpu;
      b.warm(e, i, {.handler = around(0.82, 0.18), .after = 0.03, .cpu_total = cpu});
      b.sampled(e, sample_at(cpu, 0.9 * (cpu - before)));
    }
    if (e == 5) b.refused(env(e), inv(i - 1), 400, "response to an unknown request id");
    if (e == 8) b.fact(env(e), {}, journal::fact::log_dropped{153'600});
    if (e == 19) b.fact(env(e), {}, journal::fact::strays{1});
    b.end(e, {.user = ms(cpu * 0.8),
              .system = ms(cpu * 0.2),
              .peak_bytes = static_cast<std::int64_t>(around(48, 0.02) * 1024) * 1024,
              .minor_faults = 5210,
              .major_faults = 0,
              .voluntary_switches = 40,
              .involuntary_switches = 3});
  }
  b.skipped(540'000);
  return b.build();
}

/// Every start fails, so that there is nothing to measure.
inline journal::journal run_without_a_start() {
  journal_builder b;
  b.conditions() = plausible_conditions();
  for (std::uint32_t e = 0; e < 20; ++e) {
    b.later(1).arrived(e).launch_ordered(e, e).later(0.2);
    b.launch_failed(e, "No such file or directory");
    b.failed(
        e, e, journal::outcome::launch_error,
        R"({"errorType":"Runtime.InvalidEntrypoint","errorMessage":"exec of /srv/thumbnail/bootstrap: No such file or directory"})");
    b.settled(e, e, journal::outcome::launch_error).retired(e).gone(e);
  }
  return b.build();
}

/// One of everything that a quiet run has not.
inline journal::journal eventful_run() {
  journal_builder b;
  b.conditions() = plausible_conditions();
  b.at(5).cold(0, 0, {.discarded = true}).warm(0, 1, {.discarded = true}).skipped(60'000);
  b.later(3).cold(1, 2, {.init_cpu = 9, .handler_cpu = 4}).warm(1, 3, {.cpu_total = 15});
  b.later(1).arrived(4, {.due_ms = 40}).throttled(4);
  b.later(1).arrived(5).delivered(1, 5, journal::start_kind::warm).later(2).response_began(1, 5);
  b.later(4)
      .failed(1, 5, journal::outcome::killed, R"({"errorType":"Runtime.ExitError"})")
      .reset(1);
  b.settled(1, 5, journal::outcome::killed).exited(1, 0, 9).launch_ordered(1, 6, 1);
  b.arrived(6).later(2).process_started(1, 70).later(9).init_finished(1, 8);
  b.delivered(1, 6, journal::start_kind::suppressed).later(1).responded(1, 6, 70'000);
  b.runtime_ready(1, 6, 10).settled(1, 6).log_line(1, "bye");
  b.refused({}, {}, 0, "GET \x1b[31m\n").refused(env(1), inv(6), 403, "late response");
  b.arrived(7).launch_ordered(2, 7).note("the clock \"jumped\", a|b").interrupted().end(1);
  return b.build();
}

}  // namespace lambdaprof::support
