// SPDX-License-Identifier: Apache-2.0
#include "host/run_name.hpp"

#include <sys/wait.h>

#include <csignal>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

TEST_CASE("the name of a run is read back as its pid, and no other name is") {
  CHECK(name_of_run(123) == "lambdaprof.123");
  CHECK(pid_of_run(name_of_run(123)) == 123);
  for (const char* other : {"", "lambdaprof", "lambdaprof.", "lambdaprof.x", "lambdaprof.12x",
                            "lambdaprof.-1", "lambdaprof.0", "lambdaprof.012", "lambdaprof. 1",
                            "lambdaprof.99999999999", "other.123", "123"})
    CHECK_MESSAGE(!pid_of_run(other), other);
}

TEST_CASE("a run is over when its process has ended, whether anybody reaps that or not") {
  const int run = ::fork();
  if (run == 0)
    for (;;) ::pause();
  CHECK(is_other_living_run(run));
  ::kill(run, SIGSTOP);
  CHECK(is_other_living_run(run));
  ::kill(run, SIGKILL);
  siginfo_t end{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(run), &end, WEXITED | WNOWAIT) == 0);
  CHECK(state_of(run) == 'Z');
  CHECK_FALSE(is_other_living_run(run));
  REQUIRE(::waitpid(run, nullptr, 0) == run);
  CHECK_FALSE(is_other_living_run(run));
}

TEST_CASE("what carries our own pid is left by somebody who had it before us") {
  CHECK_FALSE(is_other_living_run(::getpid()));
}

}  // namespace lambdaprof::host
