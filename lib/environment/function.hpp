// SPDX-License-Identifier: Apache-2.0
// What is under test: a command, and what Lambda's configuration would say of it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::environment {

struct function {
  std::string name = "function";
  std::vector<std::string> command;  ///< executable (absolute path) and its arguments
  std::string directory;             ///< LAMBDA_TASK_ROOT and working directory, absolute
  std::string handler = "function.handler";
  std::vector<std::pair<std::string, std::string>> variables;  ///< as the customer configured them
  std::int64_t memory_mb = 128;
  span timeout = std::chrono::seconds(3);
};

}  // namespace lambdaprof::environment
