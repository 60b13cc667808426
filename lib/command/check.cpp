// SPDX-License-Identifier: Apache-2.0
#include "command/check.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "analysis/answers.hpp"
#include "base/random.hpp"
#include "command/conditions.hpp"
#include "command/output_files.hpp"
#include "command/outputs.hpp"
#include "command/perform.hpp"
#include "command/subject.hpp"
#include "command/witness.hpp"
#include "host/keeper.hpp"
#include "profile/plan.hpp"
#include "report/html.hpp"
#include "report/markdown.hpp"
#include "report/page.hpp"

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

/// An answer of HTTP 5xx is one like others, and compared, unless the function has none besides.
bool says_only_errors(const analysis::timeline& t) {
  return std::all_of(t.invocations.begin(), t.invocations.end(),
                     [](const analysis::invocation_row& i) { return !i.is_success(); });
}

void add_what_the_journal_knows(report::checked& to, std::size_t fresh, bool was_asked) {
  const analysis::timeline& t = to.subject.timeline;
  const bool has_only_errors = says_only_errors(t);
  for (const analysis::invocation_row& i : t.invocations) {
    if (i.is_success() || i.how == journal::outcome::interrupted) continue;
    if (i.how == journal::outcome::error_answer && !has_only_errors) {
      ++to.error_answers;
    } else if (i.id.value < fresh) {
      ++to.failed_fresh;
    } else if (to.failed_fresh == 0 && to.failed_reused++ == 0) {
      to.failure = i.error;
    }
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

int write_all(const report::checked& seen, const output_files& to, const console& c, int status) {
  const report::document d = report::compose(seen);
  const auto faults = to.write(
      {[&] { return report::write_json(seen); }, [&] { return report::render_markdown(d); },
       [&] {
         return report::render_html(report::built_page(), {}, {&d, 1});
       }},
      [&] { return render_for(c, d); });
  for (const fault& f : faults) status = complain(f);
  return status;
}

int play_and_report(const profile::profile& p, const check_options& o, const output_files& to,
                    const console& c) {
  const std::vector<load::event> events = profile::events_of(p);
  const check_plan plan{events.size(), fresh_times, shuffled(events.size(), o.rounds, p.seed)};
  witness witnessed(plan, o.ignored);
  stage here;
  const auto log = here.perform(
      p, {load_of(plan), sent(events, plan), o.command_line, "", false, witnessed.observer()}, c);
  if (!log) return complain(log.error());
  report::checked seen = witnessed.seen();
  seen.subject = subject_of(*log);
  for (const load::event& e : events) seen.events.push_back(e.payload);
  seen.ignored = o.ignored;
  seen.must_end = o.must_end;
  add_what_the_journal_knows(seen, plan.events * plan.fresh, witnessed.has_asked());
  return write_all(seen, to, c, status_of(seen));
}

}  // namespace

int check(const check_options& o, const console& c) {
  auto p = profile_of(o);
  if (!p) return complain(p.error());
  if (const auto able = can_make_page(o.html); !able) return complain(able.error());
  const auto to = output_files::open({o.json, o.markdown, o.html}, {p->function.command.front()});
  if (!to) return complain(to.error());
  return host::keep([&] { return play_and_report(*p, o, *to, c); });
}

}  // namespace lambdaprof::command
