// SPDX-License-Identifier: Apache-2.0
#include "command/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <optional>
#include <utility>

#include "analysis/monthly.hpp"
#include "base/text.hpp"
#include "command/measured_model.hpp"
#include "command/output_files.hpp"
#include "command/saved.hpp"
#include "command/stop_request.hpp"
#include "fleet/policy.hpp"
#include "host/clock.hpp"
#include "load/traffic.hpp"
#include "profile/plan.hpp"
#include "report/html.hpp"
#include "report/markdown.hpp"
#include "report/page.hpp"
#include "report/simulation.hpp"
#include "sim/world.hpp"

namespace lambdaprof::command {
namespace {

using std::chrono::hours;

/// After that the pool stands as it will: every environment of the beginning has run out.
constexpr span warm_up = hours(4);
constexpr double most_requests = 100e6;
/// Steps between two looks at the journal, so that it stays small.
constexpr std::size_t steps_at_once = 20'000;

const std::vector<std::string> usual_policies{"none", "keep-alive:aws-2020", "warmer:every=4m",
                                              "provisioned:1"};

struct named_load {
  std::string name;
  load::plan plan;
  /// Of what is counted; none: until the plan is over.
  std::optional<span> length;
};

struct named_policy {
  std::string name;
  fleet::settings pool;
};

/// All that is to be played.
struct study {
  profile::profile settings;
  measured_model measured;
  std::vector<named_load> loads;
  std::vector<named_policy> policies;
  std::string function;
  std::int64_t measured_mb = 0;  ///< where the times are from; 0: they are given
  analysis::architecture architecture = analysis::architecture::x86_64;
};

fault at(fault f, std::string where) {
  f.where = f.where.empty() ? std::move(where) : where + ": " + f.where;
  return f;
}

result<std::vector<named_load>> loads_of(const simulate_options& o, const profile::profile& p) {
  std::vector<named_load> all;
  const span length(std::llround(o.days.value_or(p.simulation.days) * 86400e9));
  for (const std::string& text : o.traffic.empty() ? p.simulation.traffic : o.traffic) {
    auto plan = load::traffic_plan(text, warm_up, length);
    if (!plan) return at(plan.error(), "--traffic");
    const bool is_open = !text.starts_with("burst:");
    all.push_back({text, std::move(*plan), is_open ? std::optional(length) : std::nullopt});
  }
  if (all.empty()) {
    if (!p.load.plan)
      return fault{fault_kind::usage, "no traffic given", "lambdaprof simulate",
                   "give --traffic poisson:0.5, or a profile with load.plan"};
    all.push_back({load::describe(*p.load.plan), *p.load.plan, std::nullopt});
  }
  for (const named_load& l : all)
    if (const double n = load::expected_events(l.plan); n > most_requests)
      return fault{fault_kind::usage,
                   fmt::format("{}: {:.3g} requests; at most 100 million can be", l.name, n),
                   "--traffic", "simulate fewer --days"};
  return all;
}

result<std::vector<named_policy>> policies_of(const simulate_options& o,
                                              const profile::profile& p) {
  std::vector<named_policy> all;
  const auto& wanted = o.policies.empty() ? p.simulation.policies : o.policies;
  for (const std::string& text : wanted.empty() ? usual_policies : wanted) {
    auto pool = fleet::with_policy(p.pool, text);
    if (!pool) return at(pool.error(), "--policy");
    profile::profile whole = p;
    whole.pool = *pool;
    // What one asks for is checked as in a profile; its load is not.
    whole.load = {};
    if (const auto sound = profile::check(whole); !sound)
      return at(sound.error(), "--policy " + text);
    all.push_back({text, std::move(*pool)});
  }
  return all;
}

result<study> prepare(const simulate_options& o) {
  auto p = read_settings(o.profile, o.flags);
  if (!p) return p.error();
  study s;
  std::vector<report::subject> saved;
  const report::subject* of = nullptr;
  if (!o.from.empty()) {
    auto read = read_saved(o.from);
    if (!read) return read.error();
    saved = std::move(*read);
    const auto chosen = variant_of(saved, o);
    if (!chosen) return chosen.error();
    of = *chosen;
    if (!of->breaches.empty())
      return fault{fault_kind::file, "breaks laws of the model, so nothing follows from it", o.from,
                   ""};
    const journal::function_facts& f = of->conditions.function;
    if (profile::origin(*p, "function.memory_mb") == "default") p->function.memory_mb = f.memory_mb;
    if (profile::origin(*p, "function.timeout") == "default") p->function.timeout = f.timeout;
    s.function = f.name;
    s.measured_mb = f.memory_mb;
    s.architecture = analysis::architecture_of(of->conditions.machine);
  }
  auto loads = loads_of(o, *p);
  if (!loads) return loads.error();
  s.loads = std::move(*loads);
  auto measured = model_for(o, of);
  if (!measured) return measured.error();
  s.measured = std::move(*measured);
  auto policies = policies_of(o, *p);
  if (!policies) return policies.error();
  s.policies = std::move(*policies);
  s.settings = std::move(*p);
  return s;
}

/// Shown once it takes longer than a second.
class progress {
 public:
  progress(const console& c, double expected) : shows_(c.has_progress), expected_(expected) {}
  ~progress() {
    if (shown_) say(stderr, "\r\x1b[K");
  }
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void look(const std::string& what, std::uint64_t settled) {
    if (!shows_) return;
    const span now = time_.now() - instant{};
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    shown_ = true;
    say(stderr, fmt::format("\r\x1b[K{} · {:.1f} of about {:.1f} million requests", what,
                            static_cast<double>(settled) / 1e6, expected_ / 1e6));
  }

 private:
  bool shows_;
  double expected_;
  host::clock time_;
  span next_ = std::chrono::seconds(1);
  bool shown_ = false;
};

/// None if it was asked to stop before the end.
std::optional<report::policy_outcome> play(const study& s, const named_load& l,
                                           const named_policy& policy, const stop_request& stop,
                                           progress& shown) {
  run::settings settings;
  settings.function = s.settings.function;
  settings.pool = policy.pool;
  settings.pool.idle_clock = fleet::idle_clock::real;  // virtual time costs nothing
  settings.seed = s.settings.seed;
  settings.give_up = 0;
  journal::function_facts facts;
  facts.memory_mb = settings.function.memory_mb;
  facts.timeout = settings.function.timeout;
  journal::journal log;
  run::conductor conductor(settings, l.plan, {load::event{}}, log);
  sim::world world(conductor, s.measured.model, settings.seed);
  analysis::traffic_fold fold(facts, load::expected_events(l.plan));
  for (bool goes_on = true; goes_on;) {
    goes_on = world.run_some(steps_at_once);
    fold.take(log);
    log.forget();
    shown.look(l.name + ", " + policy.name, conductor.progress().settled);
    if (goes_on && stop.is_made()) return std::nullopt;
  }
  analysis::traffic seen = fold.result();
  if (l.length) seen.length = *l.length;
  const auto month = analysis::a_month_of(seen, policy.pool.provisioned, facts.memory_mb,
                                          analysis::prices_of(s.architecture));
  return report::policy_outcome{policy.name, std::move(seen), month};
}

std::vector<journal::assumption> model_of(const study& s) {
  std::vector<journal::assumption> all = s.measured.says;
  const fleet::settings& pool = s.settings.pool;
  all.push_back({"keep-alive",
                 fmt::format("{} where a policy says nothing else, {} at most",
                             fleet::spell(pool.keep_alive), show(pool.max_lifetime)),
                 true});
  all.push_back({"reuse", "most recently used first", true});
  all.push_back({"prices",
                 fmt::format("us-east-1 ({}), without the free tier",
                             s.architecture == analysis::architecture::arm64 ? "arm64" : "x86_64"),
                 true});
  all.push_back(
      {"provisioned",
       "there before the traffic; how long its inits take (they have no more CPU than the "
       "memory size buys) and how often Lambda repeats them is in no figure",
       true});
  all.push_back({"coincidences",
                 fmt::format("pings begin with the traffic, and every environment ends after "
                             "exactly {}: where the gap of a burst divides that, or a period, "
                             "shares differ from those beside it",
                             show(pool.max_lifetime)),
                 true});
  all.push_back({"placement, download, number of processes", "not modelled", true});
  if (s.loads.front().length)
    all.push_back({"warm-up", fmt::format("the first {} are not counted", show(warm_up)), true});
  return all;
}

int write_all(const report::simulation& s, const output_files& to, const console& c) {
  const report::document d = report::compose(s);
  const auto faults =
      to.write({[&] { return report::write_json(s); }, [&] { return report::render_csv(s); },
                [&] { return report::render_markdown(d); },
                [&] {
                  return report::render_html(report::built_page(), {}, {&d, 1});
                }},
               [&] { return render_for(c, d); });
  int status = s.is_interrupted ? exit_status::interrupted : exit_status::success;
  for (const fault& f : faults) status = complain(f);
  return status;
}

/// Each load under all policies, until somebody asks to stop: what is whole by then is kept, or of
/// the first load the policies that are.
void play_all(const study& s, const stop_request& stop, const console& c, report::simulation& to) {
  for (const named_load& l : s.loads) {
    progress shown(c, load::expected_events(l.plan));
    report::simulated_load one{l.name, {}};
    for (const named_policy& policy : s.policies) {
      auto outcome = play(s, l, policy, stop, shown);
      if (!outcome) break;
      one.policies.push_back(std::move(*outcome));
    }
    to.is_interrupted = one.policies.size() < s.policies.size();
    const bool is_some = to.loads.empty() && !one.policies.empty();
    if (!to.is_interrupted || is_some) to.loads.push_back(std::move(one));
    if (to.is_interrupted) return;
  }
}

}  // namespace

int simulate(const simulate_options& o, const console& c) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to report
  if (o.days && !(*o.days > 0 && *o.days <= 3650))
    return complain(
        {fault_kind::usage, "a number of days above 0, up to 3650, is expected", "--days", ""});
  if (const auto able = can_make_page(o.outputs.html); !able) return complain(able.error());
  const auto s = prepare(o);
  if (!s) return complain(s.error());
  const auto to =
      output_files::open({o.outputs.json, o.outputs.csv, o.outputs.markdown, o.outputs.html});
  if (!to) return complain(to.error());
  stop_request stop;
  report::simulation done;
  done.function = s->function;
  done.question = s->settings.trial.question;
  done.memory_mb = s->settings.function.memory_mb;
  done.tool_version = LAMBDAPROF_VERSION;
  done.command_line = o.command_line;
  done.seed = s->settings.seed;
  done.model = model_of(*s);
  if (s->measured_mb != 0 && s->measured_mb != done.memory_mb)
    done.caveats.push_back(
        fmt::format("the times were measured at {} MB, and may differ at {}, whose price this is",
                    s->measured_mb, done.memory_mb));
  play_all(*s, stop, c, done);
  stop.close();
  if (done.loads.empty()) {
    say(stderr, "lambdaprof: interrupted before the first policy was through\n");
    return exit_status::interrupted;
  }
  return write_all(done, *to, c);
}

}  // namespace lambdaprof::command
