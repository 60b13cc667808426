// SPDX-License-Identifier: Apache-2.0
// A test that needs something of the machine says so and is skipped; ctest counts it as skipped,
// and CI compares it with tests/allowed-skips.txt.
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

namespace lambdaprof::support {

/// `if (!can_limit_memory()) return skip("no memory controller");`
inline void skip(const std::string& reason) {
  std::printf("SKIPPED: %s: %s\n", doctest::getContextOptions()->currentTest->m_name,
              reason.c_str());
}

}  // namespace lambdaprof::support
