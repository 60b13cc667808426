// SPDX-License-Identifier: Apache-2.0
// Environments that serve several invocations at a time, and break.
#include <doctest/doctest.h>

#include "analysis/timeline.hpp"
#include "journal/audit.hpp"
#include "sim/world.hpp"

namespace lambdaprof {
namespace {

struct managed_run {
  journal::journal log;
  run::settings settings;
  sim::model model;

  managed_run() {
    settings.function.max_concurrency = 4;
    log.conditions().function.max_concurrency = 4;
  }
  analysis::timeline play(load::plan plan) {
    run::conductor c(settings, std::move(plan), {{"{}", 0}}, log);
    sim::world(c, model, 1).run();
    CHECK(journal::audit(log).empty());
    return analysis::read_timeline(log);
  }
};

}  // namespace

TEST_CASE("a burst on managed instances starts no more environments than it needs") {
  managed_run r;
  const auto line = r.play({load::burst{8}});
  CHECK(line.environments.size() == 2);
  for (const auto& i : line.invocations) CHECK(i.is_success());
}

TEST_CASE("who waits for a managed instance that never comes is told why, and the run ends") {
  managed_run r;
  r.model.init_crash = 1;
  const auto line = r.play({load::burst{8}});
  CHECK(line.invocations.size() == 8);
  for (const auto& i : line.invocations) CHECK(i.how == journal::outcome::exited);
}

TEST_CASE("an instance that breaks while others wait for it is replaced") {
  managed_run r;
  r.model.handler_crash = 0.3;
  const auto line = r.play({load::burst{40}, load::sequential{5}});
  CHECK(line.invocations.size() == 45);
  for (const auto& i : line.invocations) CHECK(i.settled != never);
}

}  // namespace lambdaprof
