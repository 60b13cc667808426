// SPDX-License-Identifier: Apache-2.0
#include "command/run.hpp"

#include <fmt/core.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <filesystem>
#include <optional>

#include "command/conditions.hpp"
#include "command/confinement.hpp"
#include "command/interrupts.hpp"
#include "command/label.hpp"
#include "command/progress_line.hpp"
#include "command/services.hpp"
#include "command/shown_log.hpp"
#include "command/subject.hpp"
#include "command/telemetry_feed.hpp"
#include "command/trial_status.hpp"
#include "host/facts.hpp"
#include "host/keeper.hpp"
#include "host/mounts.hpp"
#include "profile/plan.hpp"
#include "profile/print.hpp"
#include "sandbox/world.hpp"

namespace lambdaprof::command {
namespace {

result<profile::profile> profile_of(const run_options& o) {
  auto p = read_settings(o.profile, o.flags);
  if (!p) return p.error();
  take_command(*p, o.command, o.arguments);
  if (auto sound = profile::check(*p); !sound) return sound.error();
  return p;
}

void measure(boost::asio::io_context& loop, interrupts& ctrl_c, const run::settings& settings,
             const sandbox::confinement& held, const profile::profile& p, journal::journal& log,
             const run_options& o, const console& c) {
  const host::clock time;
  log.conditions().started_at = host::utc_now();
  run::conductor conductor(settings, profile::plan_of(p), profile::events_of(p), log);
  sandbox::world world(loop, time, conductor, held, telemetry_of(log));
  ctrl_c.await([&world] { world.stop(); }, time);
  std::optional<shown_log> shown;
  if (o.shows_output) shown.emplace(loop, log, c.has_progress);
  std::optional<progress_line> progress;
  if (c.has_progress) progress.emplace(loop, time, conductor);
  world.run();
}

int status_of(const report::subject& s, const run_options& o) {
  if (!s.breaches.empty()) return exit_status::our_bug;
  if (s.timeline.interrupted) return exit_status::interrupted;
  return has_failed({&s, 1}) && !o.ignores_failures ? exit_status::function_failed
                                                    : exit_status::success;
}

int measure_and_report(profile::profile p, const outputs& out, const run_options& o,
                       const console& c) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to report
  auto beside = services::start(p, c);
  if (!beside) return complain(beside.error());
  if (const auto fits = beside->introduce_to(p.function); !fits) return complain(fits.error());
  const run::settings settings = settings_of(p, host::raise_descriptor_limit());
  // From here on there is something to clean up, also where nobody is left who would do it for us.
  boost::asio::io_context loop(1);
  interrupts ctrl_c(loop);
  grounds shared;
  shared.neighbours = beside->pids();
  confinement held(p, shared, comparing::no);
  if (const auto able = held.can_enforce(); !able) return complain(able.error());
  journal::journal log;
  log.conditions() = conditions_of(p, settings, held.assumptions(), o.command_line);
  log.conditions().label = label_or_commit(o.label);
  std::vector<std::string> notes = shared.notes();
  for (std::string& note : held.notes()) notes.push_back(std::move(note));
  for (const std::string& note : notes)
    log.append(instant{}, {}, {}, journal::fact::note{log.keep(note)});
  measure(loop, ctrl_c, settings, held.of_environments(), p, log, o, c);
  for (const std::string& loss : beside->losses())
    log.append(log.entries().empty() ? instant{} : log.entries().back().at, {}, {},
               journal::fact::note{log.keep(loss)});
  const report::subject s = subject_of(log);
  const std::vector<fault> faults = out.write({{&s, 1}, nullptr, &log}, c);
  for (const fault& f : faults) complain(f);
  return faults.empty() ? status_of(s, o) : exit_status::bad_usage;
}

}  // namespace

int run(const run_options& options, const console& c) {
  auto p = profile_of(options);
  if (!p) return complain(p.error());
  if (options.prints_profile) {
    say(stdout, profile::print_profile(*p));
    return exit_status::success;
  }
  if (p->function.command.empty())
    return complain({fault_kind::usage, "no function given", "lambdaprof run",
                     "name a binary: lambdaprof run ./bootstrap"});
  if (const auto found = resolve(*p); !found) return complain(found.error());
  for (const std::string* path : {&options.outputs.json, &options.outputs.csv,
                                  &options.outputs.markdown, &options.outputs.journal}) {
    std::error_code ignored;
    if (std::filesystem::equivalent(*path, p->function.command.front(), ignored))
      return complain(
          {fault_kind::usage, "is the function itself", *path, "give the output another name"});
  }
  const auto out = outputs::open(options.outputs);
  if (!out) return complain(out.error());
  return host::keep([&] { return measure_and_report(*p, *out, options, c); });
}

}  // namespace lambdaprof::command
