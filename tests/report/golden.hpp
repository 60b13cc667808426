// SPDX-License-Identifier: Apache-2.0
// A text compared with a file in tests/golden, byte for byte. LAMBDAPROF_UPDATE_GOLDEN=1 writes the
// files anew; look at what changed before believing it.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "support/places.hpp"

namespace lambdaprof::support {

inline void check_golden(const std::string& name, const std::string& rendered) {
  const std::string path = std::string(support::source_dir) + "/tests/golden/" + name;
  if (std::getenv("LAMBDAPROF_UPDATE_GOLDEN") != nullptr)
    std::ofstream(path, std::ios::binary) << rendered;
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  CHECK(rendered == golden.str());
}

}  // namespace lambdaprof::support
