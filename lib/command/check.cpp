// SPDX-License-Identifier: Apache-2.0
#include "command/check.hpp"

#include <fmt/core.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <filesystem>
#include <optional>
#include <utility>

#include "analysis/answers.hpp"
#include "base/random.hpp"
#include "command/conditions.hpp"
#include "command/confinement.hpp"
#include "command/interrupts.hpp"
#include "command/outputs.hpp"
#include "command/progress_line.hpp"
#include "command/services.hpp"
#include "command/subject.hpp"
#include "command/telemetry_feed.hpp"
#include "command/witness.hpp"
#include "host/facts.hpp"
#include "host/keeper.hpp"
#include "host/output_file.hpp"
#include "profile/plan.hpp"
#include "report/markdown.hpp"
#include "report/terminal.hpp"
#include "sandbox/world.hpp"

namespace lambdaprof::command {
namespace {

/// What differs by chance on two of two environments alike is taken for determined; three make that
/// rare.
constexpr std::size_t fresh_times = 3;
constexpr std::size_t most_invocations = 100'000;
constexpr std::size_t most_bytes = std::size_t{256} * 1024 * 1024;
/// Long enough to be told from none; nobody waits for it, since idle time is skipped.
constexpr span rest_between = std::chrono::seconds(1);

fault usage_fault(std::string what, std::string where, std::string remedy) {
  return {fault_kind::usage, std::move(what), std::move(where), std::move(remedy)};
}

/// An environment that serves all that it is sent, one event after the other, and stands still in
/// between.
result<profile::profile> profile_of(const check_options& o) {
  auto p = read_settings(o.profile, o.flags);
  if (!p) return p.error();
  take_command(*p, o.command, o.arguments);
  p->load = {};
  p->pool = {};
  p->pool.keep_alive = fleet::keep_fixed{std::chrono::hours(24 * 365)};
  p->pool.max_lifetime = std::chrono::hours(24 * 365);
  if (auto sound = profile::check(*p); !sound) return sound.error();
  if (p->function.command.empty())
    return usage_fault("no function given", "lambdaprof check",
                       "name a binary: lambdaprof check ./bootstrap");
  if (p->function.max_concurrency > 0)
    return usage_fault(
        "a function that serves several invocations at a time is never at rest, which is "
        "when it is looked at",
        "function.max_concurrency", "check it with --max-concurrency 0");
  for (const std::string& path : o.ignored)
    if (!analysis::is_json_pointer(path))
      return usage_fault("is no JSON pointer: " + path, "--ignore", "write it as /a/b or /list/0");
  if (o.rounds == 0) return usage_fault("at least one round is needed", "--rounds", "");
  const std::vector<load::event> events = profile::events_of(*p);
  std::size_t bytes = 0;
  for (const load::event& e : events) bytes += e.payload.size() * (o.rounds + fresh_times);
  if (events.size() * o.rounds > most_invocations || bytes > most_bytes)
    return usage_fault(fmt::format("{} rounds of {} events are too many", o.rounds, events.size()),
                       "--rounds", "at most 100000 invocations, and 256 MB of payloads, in all");
  if (auto found = resolve(*p); !found) return found.error();
  return p;
}

std::vector<std::uint32_t> shuffled(std::size_t events, std::size_t rounds, std::uint64_t seed) {
  std::vector<std::uint32_t> order;
  for (std::size_t r = 0; r < rounds; ++r)
    for (std::uint32_t e = 0; e < events; ++e) order.push_back(e);
  random chance(seed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[chance.below(i)]);
  return order;
}

/// In the order in which they are due, so that each arrival takes the next one.
std::vector<load::event> sent(const std::vector<load::event>& events, const check_plan& plan) {
  std::vector<load::event> all;
  for (std::size_t i = 0; i < plan.fresh; ++i)
    for (const load::event& e : events) all.push_back({e.payload, 0});
  for (const std::uint32_t e : plan.order) all.push_back({events[e].payload, 0});
  return all;
}

load::plan load_of(const check_plan& plan) {
  const auto times = [](std::size_t n, std::vector<load::phase> phases) {
    return load::repeat{static_cast<std::uint32_t>(n), false, std::move(phases)};
  };
  return {times(plan.fresh * plan.events, {load::fresh{}, load::burst{1}}), load::fresh{},
          times(plan.order.size(), {load::burst{1}, load::idle{rest_between}})};
}

void add_what_the_journal_knows(report::checked& to, std::size_t fresh, bool was_asked) {
  const analysis::timeline& t = to.subject.timeline;
  for (const analysis::invocation_row& i : t.invocations) {
    if (i.is_success() || i.how == journal::outcome::interrupted) continue;
    if (i.id.value < fresh)
      ++to.failed_fresh;
    else if (to.failed_fresh == 0 && to.failed_reused++ == 0)
      to.failure = i.error;
  }
  if (t.environments.empty()) return;
  const analysis::environment_row& last = t.environments.back();
  // Where there are extensions it is asked as on Lambda.
  if (!was_asked && (last.extensions.empty() || t.interrupted)) return;
  if (const auto took = analysis::invocation_row::between(last.retired, last.gone))
    to.end =
        report::ending{last.exit_signal != SIGKILL, last.exit_signal == 0, milliseconds(*took)};
}

int status_of(const report::checked& c) {
  if (!c.subject.breaches.empty()) return exit_status::our_bug;
  if (c.subject.timeline.interrupted) return exit_status::interrupted;
  if (c.failed_fresh > 0) return exit_status::function_failed;
  return report::findings_of(c).empty() ? exit_status::success : exit_status::over_budget;
}

struct report_files {
  std::optional<host::output_file> json;
  std::optional<host::output_file> markdown;

  /// Finds out whether they can be written before anything is started.
  static result<report_files> open(const check_options& o, const std::string& function) {
    report_files all;
    namespace fs = std::filesystem;
    std::error_code ignored;
    for (const std::string* path : {&o.json, &o.markdown})
      if (fs::equivalent(*path, function, ignored))
        return usage_fault("is the function itself", *path, "give the output another name");
    const bool is_one = !o.json.empty() && fs::weakly_canonical(o.json, ignored) ==
                                               fs::weakly_canonical(o.markdown, ignored);
    if (is_one || (is_standard_output(o.json) && is_standard_output(o.markdown)))
      return usage_fault(
          "only one output can go to " + (is_standard_output(o.json) ? "standard output" : o.json),
          "--markdown", "give each its own file");
    for (const auto& [path, file] : {std::pair{&o.json, &all.json}, {&o.markdown, &all.markdown}}) {
      if (path->empty()) continue;
      auto opened = host::output_file::open(*path);
      if (!opened) return opened.error();
      *file = std::move(*opened);
    }
    return all;
  }
};

int write_all(const report::checked& seen, const report_files& to, const check_options& o,
              const console& c, int status) {
  const report::document d = report::compose(seen);
  const auto put = [&](const std::optional<host::output_file>& file, const std::string& text) {
    if (!file) return;
    if (const auto written = file->write(text); !written) status = complain(written.error());
  };
  put(to.json, report::write_json(seen));
  put(to.markdown, report::render_markdown(d));
  if (!is_standard_output(o.json) && !is_standard_output(o.markdown))
    say(stdout, report::render_terminal(
                    d, c.has_colour ? report::style::colour : report::style::plain, c.columns));
  return status;
}

int play_and_report(profile::profile p, const check_options& o, const report_files& to,
                    const console& c) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to report
  auto beside = services::start(p, c);
  if (!beside) return complain(beside.error());
  if (const auto fits = beside->introduce_to(p.function); !fits) return complain(fits.error());
  const run::settings settings = settings_of(p, host::raise_descriptor_limit());
  boost::asio::io_context loop(1);
  interrupts ctrl_c(loop);
  grounds shared;
  shared.neighbours = beside->pids();
  confinement held(p, shared, comparing::no);
  if (const auto able = held.can_enforce(); !able) return complain(able.error());

  const std::vector<load::event> events = profile::events_of(p);
  const check_plan plan{events.size(), fresh_times, shuffled(events.size(), o.rounds, p.seed)};
  const load::plan loads = load_of(plan);
  journal::journal log;
  log.conditions() = conditions_of(p, settings, held.assumptions(), o.command_line);
  log.conditions().plan = load::describe(loads);
  log.conditions().started_at = host::utc_now();
  for (const std::string& note : shared.notes())
    log.append(instant{}, {}, {}, journal::fact::note{log.keep(note)});
  witness witnessed(plan, o.ignored);
  {
    const host::clock time;
    run::conductor conductor(settings, loads, sent(events, plan), log);
    sandbox::world world(loop, time, conductor, held.of_environments(), telemetry_of(log),
                         witnessed.observer());
    ctrl_c.await([&world] { world.stop(); }, time);
    std::optional<progress_line> progress;
    if (c.has_progress) progress.emplace(loop, time, conductor);
    world.run();
  }
  for (const std::string& loss : beside->losses())
    log.append(log.entries().empty() ? instant{} : log.entries().back().at, {}, {},
               journal::fact::note{log.keep(loss)});

  const std::size_t fresh = plan.events * plan.fresh;
  report::checked seen = witnessed.seen();
  seen.subject = subject_of(log);
  for (const load::event& e : events) seen.events.push_back(e.payload);
  seen.ignored = o.ignored;
  seen.must_end = o.must_end;
  add_what_the_journal_knows(seen, fresh, witnessed.has_asked());
  return write_all(seen, to, o, c, status_of(seen));
}

}  // namespace

int check(const check_options& o, const console& c) {
  auto p = profile_of(o);
  if (!p) return complain(p.error());
  const auto to = report_files::open(o, p->function.command.front());
  if (!to) return complain(to.error());
  return host::keep([&] { return play_and_report(*p, o, *to, c); });
}

}  // namespace lambdaprof::command
