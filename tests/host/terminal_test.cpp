// SPDX-License-Identifier: Apache-2.0
#include "host/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cstdlib>

#include "host/fixture.hpp"

namespace lambdaprof::host {

TEST_CASE("a pipe is no terminal and counts as 80 columns wide") {
  const auto ends = make_pipe();
  CHECK(!is_terminal(ends->write.number()));
  CHECK(columns(ends->write.number()) == 80);
  CHECK(!is_terminal(-1));
  CHECK(columns(-1) == 80);
}

TEST_CASE("a terminal is as wide as it says") {
  const descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(master);
  REQUIRE(::grantpt(master.number()) == 0);
  REQUIRE(::unlockpt(master.number()) == 0);
  const descriptor terminal(::open(::ptsname(master.number()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(is_terminal(terminal.number()));
  CHECK(columns(terminal.number()) == 80);
  const winsize wide{50, 133, 0, 0};
  REQUIRE(::ioctl(terminal.number(), TIOCSWINSZ, &wide) == 0);
  CHECK(columns(terminal.number()) == 133);
}

}  // namespace lambdaprof::host
