// SPDX-License-Identifier: Apache-2.0
// A folder that goes with the test, outside /tmp, of which each environment may have its own.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace lambdaprof::conformance {

struct place {
  std::string path = "/var/tmp/lambdaprof-test-XXXXXX";
  place() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { std::filesystem::remove_all(path); }
};

}  // namespace lambdaprof::conformance
