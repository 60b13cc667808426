// SPDX-License-Identifier: Apache-2.0
// What an observer is shown of a real function, and the end that it may ask for; without control
// groups, as for whoever may not make any.
#include "sandbox/observer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "host/proc.hpp"
#include "trial.hpp"

using namespace lambdaprof;
using namespace std::chrono_literals;

namespace {

struct seen {
  std::vector<std::string> bodies;
  std::vector<sandbox::moment> moments;
  std::vector<std::size_t> processes;
  bool stood_still = true;
};

/// Three events, with a rest after each.
support::trial observed(std::vector<std::pair<std::string, std::string>> variables, seen& to) {
  support::trial t("stateful", std::move(variables));
  t.plan = {load::repeat{3, false, {load::burst{1}, load::idle{1s}}}};
  t.settings.freezes = true;
  t.watcher.answered = [&to](environment_id, invocation_id inv, std::string_view body) {
    CHECK(inv.value == to.bodies.size());
    to.bodies.emplace_back(body);
  };
  t.watcher.look = [&to](const sandbox::whereabouts& w) {
    to.moments.push_back(w.moment);
    to.processes.push_back(w.processes.size());
    CHECK(std::find(w.processes.begin(), w.processes.end(), w.runtime) != w.processes.end());
    CHECK(w.tmp.empty());
    if (w.moment == sandbox::moment::at_rest) to.stood_still &= host::state_of(w.runtime) == 'T';
  };
  return t;
}

}  // namespace

TEST_CASE("an observer sees answers, and processes when they stand still") {
  seen what;
  support::trial t = observed({{"REMEMBER", "1"}}, what);
  const auto seen_in_journal = t.run();
  REQUIRE(what.bodies.size() == 3);
  CHECK(what.bodies[2] == R"({"event":{},"state":{"count":2},"id":0})");
  using sandbox::moment;
  CHECK(what.moments ==
        std::vector{moment::initialized, moment::at_rest, moment::at_rest, moment::at_rest});
  CHECK(what.stood_still);
  CHECK(seen_in_journal.environments.front().exit_signal == SIGKILL);  // nobody asked it to end
}

TEST_CASE("children are seen") {
  seen what;
  observed({{"CHILD", "1"}}, what).run();
  CHECK(what.processes == std::vector<std::size_t>{1, 2, 3, 4});
}

TEST_CASE("an environment that is asked to end gets SIGTERM, and half a second") {
  seen what;
  support::trial t = observed({}, what);
  t.watcher.is_asked_to_end = [](environment_id) { return true; };
  const auto polite = t.run().environments.front();
  CHECK(polite.exit_signal == SIGTERM);

  support::trial stubborn = observed({{"IGNORE_TERM", "1"}}, what = {});
  stubborn.watcher.is_asked_to_end = [](environment_id) { return true; };
  const auto killed = stubborn.run().environments.front();
  CHECK(killed.exit_signal == SIGKILL);
  CHECK(killed.gone - killed.retired >= sandbox::time_to_end);
}
