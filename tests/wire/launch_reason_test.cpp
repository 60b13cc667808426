// SPDX-License-Identifier: Apache-2.0
#include "wire/launch_reason.hpp"

#include <doctest/doctest.h>

#include <cerrno>

using namespace lambdaprof;

TEST_CASE("a binary that cannot be executed is reported in Go's words") {
  CHECK(wire::launch_reason("/var/task/bootstrap", ENOEXEC) ==
        "fork/exec /var/task/bootstrap: exec format error");
  CHECK(wire::launch_reason("/b", ENOENT) == "fork/exec /b: no such file or directory");
  CHECK(wire::launch_reason("/b", EACCES) == "fork/exec /b: permission denied");
}
