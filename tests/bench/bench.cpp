// SPDX-License-Identifier: Apache-2.0
// What lambdaprof adds to what it measures, as ratios to a floor in the same interleaved run.
#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <fstream>

#include "analysis/summary.hpp"
#include "common.hpp"
#include "floor.hpp"
#include "host/facts.hpp"
#include "host/strays.hpp"
#include "sandbox/world.hpp"
#include "sim/world.hpp"
#include "support/places.hpp"

namespace lambdaprof::bench {
namespace {

using namespace std::chrono_literals;
void warm(std::size_t rounds, std::uint32_t events) {
  fmt::print("warm invocation of hello, {} events a round, floor and lambdaprof in turn\n", events);
  std::vector<double> p50, p99, cycle, floor_us, ours_us;
  for (std::size_t r = 0; r < rounds; ++r) {
    const floor_times f = run_floor(sample("hello"), events);
    const auto t = run("hello", {load::sequential{events}});
    std::vector<double> latency, period;
    for (std::size_t i = 1; i < t.invocations.size(); ++i) {
      latency.push_back(milliseconds(t.invocations[i].latency().value()));
      period.push_back(milliseconds(t.invocations[i].settled - t.invocations[i].due));
    }
    p50.push_back(at(latency, .5) / at(f.warm_ms, .5));
    p99.push_back(at(latency, .99) / at(f.warm_ms, .99));
    cycle.push_back(at(period, .5) / at(f.cycle_ms, .5));
    floor_us.push_back(1000 * at(f.warm_ms, .5));
    ours_us.push_back(1000 * at(latency, .5));
  }
  fmt::print("  p50: floor {:.1f} µs, lambdaprof {:.1f} µs\n", at(floor_us, .5), at(ours_us, .5));
  print("p50, event to last byte", p50, "1.5 ×");
  print("p99, event to last byte", p99, "2 ×");
  print("p50, event to next /next (both exchanges)", cycle, "1.5 ×");
}

void spawn(const char* title, std::size_t rounds, std::size_t starts) {
  fmt::print("{}, {} starts a round, in turn\n", title, starts);
  std::vector<double> ratios, floor_ms;
  for (std::size_t r = 0; r < rounds; ++r) {
    std::vector<double> floor, ours;
    for (std::size_t i = 0; i < starts; ++i) {
      floor.push_back(run_floor(sample("hello"), 1).spawn_ms);
      const auto t = run("hello", {load::sequential{1}});
      ours.push_back(milliseconds(t.environments.at(0).init_time().value()));
    }
    ratios.push_back(at(ours, .5) / at(floor, .5));
    floor_ms.push_back(at(floor, .5));
  }
  fmt::print("  floor {:.3f} ms\n", at(floor_ms, .5));
  print("p50, spawn to first /next", ratios, "1.25 ×");
}

void known_sleep(std::size_t rounds) {
  std::vector<double> with, without;
  for (std::size_t i = 0; i < rounds; ++i) {
    for (const char* ms : {"0", "50"}) {
      const auto t = run("slow-init", {load::sequential{1}}, {{"INIT_MS", ms}});
      const double init = milliseconds(t.environments.at(0).init_time().value());
      (ms[0] == '0' ? without : with).push_back(init);
    }
  }
  fmt::print(
      "slow-init, {} pairs in turn\n  excess of init_ms for a sleep of 50 ms: {:.3f} ms"
      "   limit 50 ± 0.2\n",
      rounds, at(with, .5) - at(without, .5));
}

std::int64_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6));
  return 0;
}

void burst(std::uint32_t count) {
  run::settings s;
  s.function.command = {sample("slow-init")};
  s.function.directory = std::string(support::binary_dir) + "/sample-functions";
  s.function.variables = {{"INIT_MS", "3000"}};  // all of them alive at once
  journal::journal log;
  boost::asio::io_context loop(1);
  const host::clock time;
  run::conductor conductor(s, {load::burst{count}}, {{"{}", 0}}, log);
  const std::int64_t before = resident_kib();
  std::int64_t most = 0;
  sandbox::world world(loop, time, conductor);
  boost::asio::steady_timer timer(loop);
  std::function<void()> watch = [&] {
    most = std::max(most, resident_kib());
    timer.expires_after(20ms);
    timer.async_wait([&](const boost::system::error_code& e) {
      if (!e) watch();
    });
  };
  watch();
  world.run();
  const auto t = analysis::read_timeline(log);
  std::size_t failures = 0;
  for (const auto& i : t.invocations) failures += i.is_success() ? 0 : 1;
  fmt::print(
      "burst of {} environments at once\n  {} failures, {} left behind, "
      "{:.0f} KiB of ours per environment   limit 300\n",
      count, failures, host::strays({}).size(),
      static_cast<double>(most - before) / static_cast<double>(t.environments.size()));
}

void simulated(std::size_t rounds) {
  std::vector<double> rates;
  for (std::size_t r = 0; r < rounds; ++r) {
    run::settings s;
    journal::journal log;
    run::conductor conductor(s, {load::poisson{1000, 500s}}, {{"{}", 0}}, log);
    sim::model m;
    m.handler = sim::log_normal{20ms, 0.5};
    sim::world world(conductor, m, 1);
    const auto began = std::chrono::steady_clock::now();
    world.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    rates.push_back(static_cast<double>(conductor.progress().settled) / took.count());
  }
  fmt::print(
      "simulated world, 500 000 invocations, journal on\n  {:.0f} invocations/s [{:.0f}, {:.0f}]"
      " over {} rounds   limit 500 000\n",
      at(rates, .5), at(rates, 0), at(rates, 1), rounds);
}

}  // namespace
}  // namespace lambdaprof::bench

int main(int argc, char** argv) {
  using namespace lambdaprof::bench;
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  lambdaprof::host::raise_descriptor_limit();
  const std::size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 9;
  const std::string only = argc > 2 ? argv[2] : "";
  const auto part = [&](const char* name, auto measure) {
    if (only.empty() || only == name) measure();
  };
  // First, or memory that others have given back would hide what it takes.
  part("burst", [] { burst(500); });
  part("sim", [&] { simulated(std::min<std::size_t>(rounds, 5)); });
  part("warm", [&] { warm(rounds, 2000); });
  part("spawn", [&] {
    spawn("spawn of hello", rounds, 40);
    const std::vector<char> ballast(500'000'000, 'x');
    spawn(ballast.back() == 'x' ? "spawn of hello while we hold 500 MB" : "", rounds, 40);
  });
  part("limits", [&] { limits(rounds); });
  part("shares", [] { shares(); });
  part("sleep", [] { known_sleep(25); });
  part("gates", [&] { gates(rounds); });
  return 0;
}
