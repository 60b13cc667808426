// SPDX-License-Identifier: Apache-2.0
// What is under test: a command, and what Lambda's configuration would say of it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace lambdaprof::environment {

/// A file that is started before the runtime, and has to register under the last part of its path.
struct extension_file {
  std::string name;
  std::string path;  ///< absolute
};

/// How the invoker wants its answer (InvokeMode of a function URL).
enum class invoke_mode : std::uint8_t { buffered, response_stream };
inline constexpr std::array<std::string_view, 2> invoke_mode_names{"buffered", "response_stream"};

/// What the invoker sends besides the event; empty: nothing.
struct caller {
  std::string client_context;  ///< JSON
  std::string cognito_identity_id;
  std::string cognito_identity_pool_id;
  std::string tenant_id;
  std::string trace;  ///< X-Amzn-Trace-Id of the caller, passed through
};

struct function {
  std::string name = "function";
  std::vector<std::string> command;  ///< executable (absolute path) and its arguments
  std::string directory;             ///< LAMBDA_TASK_ROOT and working directory, absolute
  std::string handler = "function.handler";
  std::vector<std::pair<std::string, std::string>> variables;  ///< as the customer configured them
  std::int64_t memory_mb = 128;
  span timeout = std::chrono::seconds(3);
  std::vector<extension_file> extensions;
  bool snap_start = false;            ///< declared; no snapshot is ever taken
  std::uint32_t max_concurrency = 0;  ///< invocations of one environment at a time; 0: one, frozen
                                      ///< in between
  environment::invoke_mode invoke_mode = invoke_mode::buffered;
  bool traces_init = false;  ///< the runtime and the loader are asked what they do at a start
  bool limits_stream_rate = false;  ///< a streamed response is slowed down after its first 6 MB
  environment::caller caller;
};

/// Why there is an environment: a request waits for one, or it is to be there before any does.
enum class capacity : std::uint8_t { on_demand, provisioned };

/// AWS_LAMBDA_INITIALIZATION_TYPE.
std::string_view initialization_type(const function& f, capacity c = capacity::on_demand);

}  // namespace lambdaprof::environment
