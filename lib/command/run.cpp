// SPDX-License-Identifier: Apache-2.0
#include "command/run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <optional>

#include "command/conditions.hpp"
#include "command/progress_line.hpp"
#include "command/subject.hpp"
#include "host/facts.hpp"
#include "host/keeper.hpp"
#include "profile/plan.hpp"
#include "profile/print.hpp"
#include "profile/read.hpp"
#include "sandbox/world.hpp"

namespace lambdaprof::command {
namespace {

result<profile::profile> profile_of(const run_options& o) {
  profile::profile p;
  if (!o.profile.empty()) {
    auto read = profile::read_profile(o.profile);
    if (!read) return read.error();
    p = std::move(*read);
  }
  for (const profile_flag& f : o.flags)
    if (auto set = profile::apply_flag(p, f.key, f.value, f.flag); !set) return set.error();
  if (!o.command.empty()) {
    p.function.command = o.command;
    p.origins["function.command"] = "the command line";
  }
  p.function.command.insert(p.function.command.end(), o.arguments.begin(), o.arguments.end());
  if (auto sound = profile::check(p); !sound) return sound.error();
  return p;
}

void print_line(environment_id env, journal::stream from, std::string_view line) {
  fmt::print(stderr, "[{}{}] {}\n", env.value, from == journal::stream::err ? " err" : "", line);
}

/// Ctrl-C ends the run in order; a second one at once.
class interrupts {
 public:
  interrupts(boost::asio::io_context& loop, sandbox::world& w)
      : signals_(loop, SIGINT, SIGTERM, SIGHUP), world_(w) {
    await();
  }

 private:
  void await() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      // The keeper kills what is left.
      if (seen_) std::_Exit(exit_status::interrupted);
      seen_ = true;
      await();
      world_.stop();
    });
  }

  boost::asio::signal_set signals_;
  sandbox::world& world_;
  bool seen_ = false;
};

void measure(const profile::profile& p, journal::journal& log, const run_options& o,
             const console& c) {
  boost::asio::io_context loop(1);
  const host::clock time;
  log.conditions().started_at = host::utc_now();
  run::conductor conductor(settings_of(p), profile::plan_of(p), profile::events_of(p), log);
  sandbox::world world(loop, time, conductor,
                       o.shows_output ? print_line : sandbox::output_callback{});
  const interrupts ctrl_c(loop, world);
  std::optional<progress_line> progress;
  if (c.has_progress) progress.emplace(loop, time, conductor);
  world.run();
}

/// Warm-ups count here: whoever asked for success asked for it from the first event on.
bool has_failed(const analysis::timeline& t) {
  return std::any_of(t.invocations.begin(), t.invocations.end(), [](const auto& i) {
    return !i.is_success() && !i.throttled && i.how != journal::outcome::interrupted;
  });
}

int status_of(const report::subject& s, const run_options& o) {
  if (!s.breaches.empty()) return exit_status::our_bug;
  if (s.timeline.interrupted) return exit_status::interrupted;
  return has_failed(s.timeline) && !o.ignores_failures ? exit_status::function_failed
                                                       : exit_status::success;
}

int measure_and_report(const profile::profile& p, const outputs& out, const run_options& o,
                       const console& c) {
  std::signal(SIGPIPE, SIG_IGN);
  host::raise_descriptor_limit();
  journal::journal log;
  log.conditions() = conditions_of(p, o.command_line);
  measure(p, log, o, c);
  const report::subject s = subject_of(log);
  // The journal first: whatever may be wrong with a report, what was measured is safe.
  if (const auto written = out.write_journal(log); !written) return complain(written.error());
  if (const auto written = out.write({&s, 1}, c); !written) return complain(written.error());
  return status_of(s, o);
}

}  // namespace

int run(const run_options& options, const console& c) {
  auto p = profile_of(options);
  if (!p) return complain(p.error());
  if (options.prints_profile) {
    fmt::print("{}", profile::print_profile(*p));
    return exit_status::success;
  }
  if (p->function.command.empty())
    return complain({fault_kind::usage, "no function given", "lambdaprof run",
                     "name a binary: lambdaprof run ./bootstrap"});
  if (const auto able = can_enforce(*p); !able) return complain(able.error());
  if (const auto found = resolve(*p); !found) return complain(found.error());
  const auto out = outputs::open(options.outputs);
  if (!out) return complain(out.error());
  return host::keep([&] { return measure_and_report(*p, *out, options, c); });
}

}  // namespace lambdaprof::command
