// SPDX-License-Identifier: Apache-2.0
#include "command/run.hpp"

#include "command/conditions.hpp"
#include "command/label.hpp"
#include "command/perform.hpp"
#include "command/subject.hpp"
#include "command/trial_status.hpp"
#include "host/keeper.hpp"
#include "profile/plan.hpp"
#include "profile/print.hpp"

namespace lambdaprof::command {
namespace {

result<profile::profile> profile_of(const run_options& o) {
  auto p = read_settings(o.profile, o.flags);
  if (!p) return p.error();
  take_command(*p, o.command, o.arguments);
  if (auto sound = profile::check(*p); !sound) return sound.error();
  return p;
}

int status_of(const report::subject& s, const run_options& o) {
  if (!s.breaches.empty()) return exit_status::our_bug;
  if (s.timeline.interrupted) return exit_status::interrupted;
  return has_failed({&s, 1}) && !o.ignores_failures ? exit_status::function_failed
                                                    : exit_status::success;
}

int measure_and_report(const profile::profile& p, const outputs& out, const run_options& o,
                       const console& c) {
  stage here;
  const auto log = here.perform(p,
                                {profile::plan_of(p), profile::events_of(p), o.command_line,
                                 label_or_commit(o.label), o.shows_output},
                                c);
  if (!log) return complain(log.error());
  const report::subject s = subject_of(*log);
  const std::vector<fault> faults = out.write({{&s, 1}, nullptr, &*log}, c);
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
  const auto out = outputs::open(options.outputs, {p->function.command.front()});
  if (!out) return complain(out.error());
  return host::keep([&] { return measure_and_report(*p, *out, options, c); });
}

}  // namespace lambdaprof::command
