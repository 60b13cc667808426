// SPDX-License-Identifier: Apache-2.0
// Lambda's limits, measured on real functions, beside what is published of Lambda itself
// (lambda-models A1).
#include <fmt/core.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <thread>

#include "analysis/summary.hpp"
#include "common.hpp"
#include "host/cgroup_share.hpp"
#include "host/child.hpp"
#include "host/mounts.hpp"
#include "host/pipe_lines.hpp"
#include "host/run_folder.hpp"
#include "host/view.hpp"
#include "support/places.hpp"

namespace lambdaprof::bench {
namespace {

using namespace std::chrono_literals;

sandbox::confinement held_to(host::cgroup_site& groups, std::int64_t mb) {
  sandbox::confinement c;
  c.groups = &groups;
  c.quota_us = host::quota_us(mb);
  c.memory_bytes = mb << 20;
  c.cpus = 2;
  c.freezes_by_group = true;
  return c;
}

double handler_ms(const analysis::timeline& t) {
  return milliseconds(t.invocations.back().handler().value());
}

struct size {
  std::int64_t mb;
  double published_percent;  ///< pwrdrvr/lambda-throttling, March 2025
};

void cpu_share(host::cgroup_site& groups) {
  fmt::print("share of a CPU over 5 s of a busy handler\n  {:>5} {:>9} {:>9} {:>9} {:>10}\n", "MB",
             "MB/1769", "measured", "of rule", "published");
  for (const size s : {size{128, 7.31}, {256, 13.2}, {512, 29.1}, {1024, 57.9}, {1769, 96.8}}) {
    const double rule = static_cast<double>(s.mb) / 1769;
    const auto t =
        run("workload", {load::sequential{1}},
            {{"WORK_MS", std::to_string(static_cast<int>(5000 * rule))}}, held_to(groups, s.mb));
    const double share = milliseconds(t.invocations.back().used.cpu) /
                         milliseconds(*t.invocations.back().duration());
    fmt::print("  {:>5} {:>8.2f}% {:>8.2f}% {:>9.3f} {:>9.1f}%   limit ± 3 %\n", s.mb, 100 * rule,
               100 * share, share / rule, s.published_percent);
  }
}

void stalls(host::cgroup_site& groups) {
  journal::journal log;
  run("workload", {load::sequential{1}}, {{"WORK_KIND", "stalls"}, {"WORK_MS", "6000"}},
      held_to(groups, 128), &log);
  for (const auto& e : log.entries()) {
    const auto* said = std::get_if<journal::fact::log_line>(&e.what);
    if (said == nullptr || !log.text(said->text).starts_with("p10")) continue;
    fmt::print("stalls at 128 MB over 6 s: {}   published 36 and 56 ms\n", log.text(said->text));
  }
}

void short_task(host::cgroup_site& groups, std::size_t rounds) {
  fmt::print("a task of 54 ms of CPU, {} times each\n", rounds);
  const variables task{{"WORK_MS", "54"}};
  for (const auto& [mb, published] :
       {std::pair{128, "736-758"}, {512, "165-171"}, {1024, "83-88"}, {1769, "-"}}) {
    std::vector<double> ms;
    for (std::size_t r = 0; r < rounds; ++r)
      ms.push_back(handler_ms(run("workload", {load::sequential{1}}, task, held_to(groups, mb))));
    fmt::print("  handler at {:>4} MB   {:7.1f} ms [{:.1f}, {:.1f}]   published {}\n", mb,
               at(ms, .5), at(ms, 0), at(ms, 1), published);
  }
  std::vector<double> ratios;
  for (std::size_t r = 0; r < rounds; ++r) {
    double ms[2]{};
    for (const bool on : {false, true})
      ms[on ? 1 : 0] = milliseconds(*run("slow-init", {load::sequential{1}},
                                         {{"INIT_KIND", "cpu"}, {"INIT_MS", "54"}},
                                         on ? held_to(groups, 128) : sandbox::confinement{})
                                         .environments.at(0)
                                         .init_time());
    ratios.push_back(ms[1] / ms[0]);
  }
  print("in init, at 128 MB against no limit", ratios, "1, full speed");
}

void standstill(host::cgroup_site& groups) {
  auto group = groups.make();
  auto out = host::make_pipe();
  if (!group || !out) return;
  const std::vector<std::string> busy{
      "/bin/sh", "-c",
      "i=0; while [ $i -lt 7 ]; do (while :; do :; done) & i=$((i+1)); done; "
      "while :; do :; done"};
  host::launch_request request{
      busy, {}, "/", out->write.number(), out->write.number(), group->join_fds(), -1, -1, 0, -1};
  boost::asio::io_context loop(1);
  const host::clock time;
  auto started = host::launch(request, time);
  if (!std::holds_alternative<host::launched>(started)) return;
  const host::child process(loop, std::move(std::get<host::launched>(started)));
  std::this_thread::sleep_for(200ms);
  if (!group->freeze()) return;
  while (!group->is_frozen()) std::this_thread::sleep_for(1ms);
  const span before = group->cpu_time();
  std::this_thread::sleep_for(5s);
  fmt::print("8 busy loops, frozen for 5 s\n  {:.3f} ms of CPU   limit 0\n",
             milliseconds(group->cpu_time() - before));
  group->kill();
}

void thawing(host::cgroup_site& groups, std::size_t rounds) {
  load::plan plan;
  for (int i = 0; i < 50; ++i) {
    plan.push_back(load::sequential{1});
    plan.push_back(load::idle{1s});
  }
  plan.push_back(load::sequential{1});
  std::vector<double> cost_us, added_us;
  for (std::size_t r = 0; r < rounds; ++r) {
    double p50[2]{};
    for (const bool freezes : {false, true}) {
      sandbox::confinement held = held_to(groups, 1769);
      // Without a group there is nothing to freeze: `run` leaves it out.
      if (!freezes) held.groups = nullptr;
      const auto s = analysis::summarize(run("hello", plan, {}, held));
      p50[freezes ? 1 : 0] = s.warm_ms.p50;
      if (freezes) cost_us.push_back(1000 * s.thaw_ms.p50);
    }
    added_us.push_back(1000 * (p50[1] - p50[0]));
  }
  fmt::print(
      "thawing hello, 50 events a round, in turn with not freezing\n"
      "  order to thaw {:.1f} µs [{:.1f}, {:.1f}], warm p50 longer by {:.1f} µs "
      "[{:.1f}, {:.1f}] over {} rounds   limit 25 µs\n",
      at(cost_us, .5), at(cost_us, 0), at(cost_us, 1), at(added_us, .5), at(added_us, 0),
      at(added_us, 1), rounds);
}

/// What the kernel needs for it after real idle time, when nothing of it is in a cache any more:
/// the bare write, and ours.
void thawing_after_idle(host::cgroup_site& groups, std::size_t times) {
  auto group = groups.make();
  if (!group) return;
  const host::clock time;
  std::vector<double> bare_us;
  load::plan plan;
  for (std::size_t i = 0; i < times; ++i) {
    if (!group->freeze()) return;
    std::this_thread::sleep_for(300ms);
    const instant before = time.now();
    if (!group->thaw()) return;
    bare_us.push_back(1000 * milliseconds(time.now() - before));
    plan.push_back(load::sequential{1});
    plan.push_back(load::idle{300ms});
  }
  plan.push_back(load::sequential{1});
  const auto s = analysis::summarize(
      run("hello", plan, {}, held_to(groups, 1769), nullptr, fleet::idle_clock::real));
  fmt::print(
      "thawing after 300 ms of real idle time, {} times\n"
      "  an empty group {:.1f} µs, hello {:.1f} µs [{:.1f}, {:.1f}]\n",
      times, at(bare_us, .5), 1000 * s.thaw_ms.p50, 1000 * s.thaw_ms.min, 1000 * s.thaw_ms.max);
}

/// All limits of Lambda on, against none, in turn.
void all_on(host::cgroup_site& groups, std::size_t rounds, std::size_t starts) {
  auto folder = host::run_folder::make();
  std::optional<host::view_site> views;
  if (folder)
    views = host::view_site::open(
        *folder, {std::string(support::binary_dir) + "/sample-functions", {sample("hello")}});
  sandbox::confinement held = held_to(groups, 1769);
  if (views && views->abilities().own_tmp.can) held.views = &*views;
  held.page_cache = sandbox::page_cache::hot;
  held.executable = sample("hello");
  fmt::print("all limits on (1769 MB{}) against none, hello, {} starts a round, in turn\n",
             held.views != nullptr ? ", a view of its own" : "", starts);
  sandbox::confinement without_quota = held;
  without_quota.quota_us = 0;
  const sandbox::confinement variants[] = {{}, without_quota, held};
  std::vector<double> warm_ratios, init_ratios, first_ratios;
  for (std::size_t r = 0; r < rounds; ++r) {
    std::vector<double> warm[3], init[3], handler[3];
    for (std::size_t i = 0; i < starts; ++i)
      for (std::size_t v = 0; v < 3; ++v) {
        const auto t = run("hello", {load::sequential{50}}, {}, variants[v]);
        init[v].push_back(milliseconds(t.environments.at(0).init_time().value()));
        handler[v].push_back(milliseconds(t.invocations.at(0).handler().value()));
        for (std::size_t k = 1; k < t.invocations.size(); ++k)
          warm[v].push_back(milliseconds(t.invocations[k].latency().value()));
      }
    warm_ratios.push_back(at(warm[2], .5) / at(warm[0], .5));
    init_ratios.push_back(at(init[2], .5) / at(init[0], .5));
    first_ratios.push_back(at(handler[2], .5) / at(handler[1], .5));
  }
  print("p50, warm", warm_ratios, "1.5 ×");
  print("p50, spawn to first /next", init_ratios, "1.3 ×");
  print("p50, first handler, quota set before it or none", first_ratios, "1");
}

}  // namespace

namespace {

bool can_all(const host::cgroup_abilities& can) {
  if (can.cpu.can && can.freeze.can && can.memory.can) return true;
  fmt::print("limits: not measured, {}{}{}\n", can.cpu.why_not, can.memory.why_not,
             can.freeze.why_not);
  return false;
}

}  // namespace

void limits(std::size_t rounds) {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!can_all(groups.abilities())) return;
  all_on(groups, rounds, 20);
  thawing(groups, rounds);
  thawing_after_idle(groups, 20);
}

void shares() {
  auto groups = host::cgroup_site::open(host::own_hierarchies());
  if (!can_all(groups.abilities())) return;
  cpu_share(groups);
  stalls(groups);
  short_task(groups, 5);
  standstill(groups);
}

}  // namespace lambdaprof::bench
