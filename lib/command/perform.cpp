// SPDX-License-Identifier: Apache-2.0
#include "command/perform.hpp"

#include <csignal>

#include "command/conditions.hpp"
#include "command/confinement.hpp"
#include "command/progress_line.hpp"
#include "command/services.hpp"
#include "command/shown_log.hpp"
#include "command/telemetry_feed.hpp"
#include "host/facts.hpp"
#include "host/mounts.hpp"
#include "sandbox/world.hpp"

namespace lambdaprof::command {
namespace {

void note(journal::journal& log, const std::vector<std::string>& all) {
  const instant at = log.entries().empty() ? instant{} : log.entries().back().at;
  for (const std::string& text : all) log.append(at, {}, {}, journal::fact::note{log.keep(text)});
}

}  // namespace

stage::stage() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to report
}

result<journal::journal> stage::perform(profile::profile p, const performance& what,
                                        const console& c) {
  auto beside = services::start(p, c);
  if (!beside) return beside.error();
  if (const auto fits = beside->introduce_to(p.function); !fits) return fits.error();
  // From here on there is something to clean up, also where nobody is left who would do it for us.
  ensure(!ctrl_c_, "a stage is for one performance");
  ctrl_c_.emplace(loop_);
  const run::settings settings = settings_of(p, host::raise_descriptor_limit());
  grounds shared;
  shared.neighbours = beside->pids();
  confinement held(p, shared, comparing::no);
  if (const auto able = held.can_enforce(); !able) return able.error();
  journal::journal log;
  log.conditions() = conditions_of(p, settings, held.assumptions(), what.command_line);
  log.conditions().plan = load::describe(what.plan);
  log.conditions().label = what.label;
  note(log, shared.notes());
  note(log, held.notes());
  {
    const host::clock time;
    log.conditions().started_at = host::utc_now();
    run::conductor conductor(settings, what.plan, what.events, log);
    sandbox::world world(loop_, time, conductor, held.of_environments(), telemetry_of(log),
                         what.watcher);
    ctrl_c_->await([&world] { world.stop(); }, time);
    std::optional<shown_log> shown;
    if (what.shows_output) shown.emplace(loop_, log, c.has_progress);
    std::optional<progress_line> progress;
    if (c.has_progress) progress.emplace(loop_, time, conductor);
    world.run();
  }
  note(log, beside->losses());
  return log;
}

}  // namespace lambdaprof::command
