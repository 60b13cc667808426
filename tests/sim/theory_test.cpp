// SPDX-License-Identifier: Apache-2.0
// The simulated pool against the theory of lambda-models C: cold shares and idle environments.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "sim/world.hpp"
#include "support/most_recent_law.hpp"

namespace lambdaprof {
using namespace std::chrono_literals;
namespace fact = journal::fact;

namespace {

// Under a sanitizer the same laws are looked at through fewer events.
#if defined(__SANITIZE_ADDRESS__)
constexpr double most_events = 20'000;
#else
constexpr double most_events = 200'000;
#endif
constexpr std::size_t stretches = 20;

span of_seconds(double s) {
  return span(std::llround(s * 1e9));
}

/// A mean over stretches of time, and its standard error.
struct estimate {
  double mean = 0;
  double error = 0;
};

estimate over(const std::vector<double>& stretch) {
  const auto n = static_cast<double>(stretch.size());
  estimate e;
  for (const double x : stretch) e.mean += x / n;
  double squares = 0;
  for (const double x : stretch) squares += (x - e.mean) * (x - e.mean);
  e.error = std::sqrt(squares / (n - 1) / n);
  return e;
}

struct observed {
  double share = 0;  // of cold ones among the invocations
  double invocations = 0;
  /// Environments; none where stretches are shorter than the keep-alive: they hang together then,
  /// and their spread says nothing of the error of their mean.
  std::optional<estimate> idle;
};

struct traffic {
  double rate = 1;
  double service_s = 1;
  double warm_up_s = 1000;  // four times the keep-alive, or more
};

/// How many of something there were on average, stretch by stretch.
class level {
 public:
  level(double begin, double length) : begin_(begin), length_(length), sums_(stretches, 0.0) {}
  void change(double at, double by) {
    for (double from = std::max(last_, begin_); from < at;) {
      const auto index = static_cast<std::size_t>((from - begin_) / length_ + 1e-9);
      if (index >= sums_.size()) break;
      const double to = std::min(at, begin_ + static_cast<double>(index + 1) * length_);
      sums_[index] += now_ * (to - from) / length_;
      from = to;
    }
    last_ = std::max(last_, at);
    now_ += by;
  }
  const std::vector<double>& means() const { return sums_; }

 private:
  double begin_, length_;
  std::vector<double> sums_;
  double last_ = 0;
  double now_ = 0;
};

observed observe(const traffic& t, const fleet::keep_alive& keep, double events = most_events) {
  run::settings s;
  s.seed = 7;
  s.pool.keep_alive = keep;
  s.pool.max_lifetime = 100'000h;
  s.function.timeout = 1h;
  sim::model m;
  m.spawn = m.init = m.after_response = sim::fixed{span(1)};
  m.handler = sim::exponential{of_seconds(t.service_s)};
  const double measured_s = events / t.rate;
  journal::journal log;
  run::conductor c(s, {load::poisson{t.rate, of_seconds(t.warm_up_s + measured_s)}}, {{"{}", 0}},
                   log);
  sim::world(c, m, s.seed).run();

  level idle(t.warm_up_s, measured_s / stretches);
  observed seen;
  double cold = 0;
  for (const auto& e : log.entries()) {
    const double at = seconds(e.at.time_since_epoch());
    if (const auto* d = std::get_if<fact::delivered>(&e.what)) {
      idle.change(at, -1);
      if (at < t.warm_up_s) continue;
      seen.invocations += 1;
      cold += d->kind == journal::start_kind::cold ? 1 : 0;
    } else if (std::holds_alternative<fact::settled>(e.what) ||
               std::holds_alternative<fact::init_finished>(e.what)) {
      idle.change(at, 1);
    } else if (std::holds_alternative<fact::retired>(e.what)) {
      idle.change(at, -1);
    }
  }
  seen.share = cold / seen.invocations;
  if (measured_s / stretches > t.warm_up_s / 4) seen.idle = over(idle.means());
  return seen;
}

void expect(const observed& seen, double cold, double idle) {
  // The binomial error is an upper one here: over 20 seeds the shares vary 0.6 to 0.9 times as
  // much.
  const double error = std::sqrt(cold * (1 - cold) / seen.invocations);
  CAPTURE(seen.share);
  CHECK(std::abs(seen.share - cold) < 4 * error);
  if (!seen.idle) return;
  CAPTURE(seen.idle->mean);
  CHECK(std::abs(seen.idle->mean - idle) < 4 * seen.idle->error);
}

/// The anchor table.
struct anchor {
  double rate, service_s, keep_s, cold, live, idle;
};
constexpr anchor anchors[] = {
    {1.0 / 600, 1, 330, .57765, .42493, .42326},  {1.0 / 60, 1, 330, .0189166, 1.08177, 1.06510},
    {.1, 1, 330, .00910936, 2.07483, 1.97483},    {1, 1, 330, .0017856, 5.68119, 4.68119},
    {10, 1, 330, .000395241, 22.70348, 12.70348}, {10, .05, 330, .000116029, 5.40472, 4.90472},
    {.1, 2, 600, .00711276, 2.65049, 2.45049},    {1, 2, 600, .00123983, 8.17750, 6.17750},
};

}  // namespace

TEST_CASE("the exact law of most-recently-used reuse gives the anchors of the model") {
  for (const anchor& a : anchors) {
    const auto law = support::most_recent_law(a.rate, a.service_s, a.keep_s);
    CAPTURE(a.rate);
    CHECK(law.cold == doctest::Approx(a.cold).epsilon(2e-5));
    CHECK(law.live == doctest::Approx(a.live).epsilon(2e-5));
    CHECK(law.live - a.rate * a.service_s == doctest::Approx(a.idle).epsilon(2e-5));
  }
}

TEST_CASE("the share of cold starts and the idle environments obey the exact law of reuse") {
  for (const anchor& a : anchors) {
    CAPTURE(a.rate);
    CAPTURE(a.service_s);
    expect(observe({a.rate, a.service_s, 4 * a.keep_s}, fleet::keep_fixed{of_seconds(a.keep_s)}),
           a.cold, a.idle);
  }
}

TEST_CASE("and so they do where the table says nothing") {
  random chance(11);
  for (int round = 0; round < 6; ++round) {
    const double rate = 0.02 * std::pow(100.0, chance.unit());
    const double service_s = 0.2 * std::pow(10.0, chance.unit());
    const double keep_s = 20 * std::pow(10.0, chance.unit());
    const auto law = support::most_recent_law(rate, service_s, keep_s);
    CAPTURE(rate);
    CAPTURE(service_s);
    CAPTURE(keep_s);
    expect(observe({rate, service_s, 4 * keep_s}, fleet::keep_fixed{of_seconds(keep_s)},
                   most_events / 4),
           law.cold, law.live - rate * service_s);
  }
}

TEST_CASE("exponential lifetimes of idle environments: the chain in which order does not matter") {
  expect(observe({.1, 2, 3000}, fleet::keep_exponential{600s}), .0323643, 1.94186);
  expect(observe({1, 2, 3000}, fleet::keep_exponential{600s}), .00807323, 4.84394);
}

TEST_CASE("the example of SimFaaS") {
  // What SimFaaS has published, .0014 and 5.8733 idle ones, is within the error of its own run.
  const auto law = support::most_recent_law(.9, 1.991, 600);
  CHECK(law.cold == doctest::Approx(.001329).epsilon(1e-3));
  CHECK(law.live == doctest::Approx(7.6919).epsilon(1e-4));
  expect(observe({.9, 1.991, 2400}, fleet::keep_fixed{600s}), law.cold, law.live - .9 * 1.991);
}

TEST_CASE("what spills over provisioned concurrency is Erlang's loss, whatever the service law") {
  struct row {
    std::uint32_t provisioned;
    double load, spilled;
  };
  for (const row& r : {row{1, .5, .33333},
                       {5, 5, .28487},
                       {7, 5, .12052},
                       {10, 5, .01838},
                       {12, 5, .00344},
                       {2, 1, .2},
                       {4, 1, .01538}}) {
    for (const bool is_fixed : {false, true}) {
      run::settings s;
      s.seed = 3;
      s.pool.provisioned = r.provisioned;
      s.pool.keep_alive = fleet::keep_none{};  // so that what spilled over is cold
      s.function.timeout = 1h;
      sim::model m;
      m.spawn = m.init = m.after_response = sim::fixed{span(1)};
      if (is_fixed) {
        m.handler = sim::fixed{1s};
      } else {
        m.handler = sim::exponential{1s};
      }
      const double measured_s = most_events / 4 / r.load;
      journal::journal log;
      run::conductor c(s, {load::poisson{r.load, of_seconds(measured_s)}}, {{"{}", 0}}, log);
      sim::world(c, m, s.seed).run();
      std::vector<double> spilled(stretches, 0.0), all(stretches, 0.0);
      for (const auto& e : log.entries())
        if (const auto* d = std::get_if<fact::delivered>(&e.what)) {
          const auto at = std::min<std::size_t>(
              stretches - 1,
              static_cast<std::size_t>(seconds(e.at.time_since_epoch()) / measured_s * stretches));
          all[at] += 1;
          spilled[at] += d->kind == journal::start_kind::cold ? 1 : 0;
        }
      for (std::size_t i = 0; i < stretches; ++i) spilled[i] /= all[i];
      const estimate share = over(spilled);
      CAPTURE(r.provisioned);
      CAPTURE(share.mean);
      CHECK(std::abs(share.mean - r.spilled) < 4 * share.error);
    }
  }
}

TEST_CASE("bursts that come again within the keep-alive are cold once, and later ones each time") {
  for (const auto& [gap, cold] : {std::pair{5min, 8}, {6min, 8 * 5}}) {
    run::settings s;
    s.pool.keep_alive = fleet::keep_fixed{330s};
    journal::journal log;
    run::conductor c(s, {load::repeat{5, false, {load::burst{8}, load::idle{gap}}}}, {{"{}", 0}},
                     log);
    sim::world(c, {}, 1).run();
    int found = 0;
    for (const auto& e : log.entries())
      if (const auto* d = std::get_if<fact::delivered>(&e.what))
        found += d->kind == journal::start_kind::cold ? 1 : 0;
    CHECK(found == cold);
  }
}

}  // namespace lambdaprof
