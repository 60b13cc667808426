// SPDX-License-Identifier: Apache-2.0
// Everything that a world can tell an environment. Views are valid for the step they are given to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "journal/entry.hpp"

namespace lambdaprof::environment {

namespace signal {

/// Whether a post names the invocation that was handed out last. RIE checks this before the state.
enum class id_check : std::uint8_t { current, other };
enum class body : std::uint8_t { complete, too_large, truncated };
enum class response_mode : std::uint8_t { known, unknown };

/// Of the files that it maps, as far as they are known: how many bytes there are, and how many of
/// them were in the page cache just before.
struct started {
  instant began;
  std::int32_t pid;
  std::int64_t mapped_bytes = -1;
  std::int64_t cached_bytes = -1;
};
/// `reason` in the words of Lambda: "fork/exec /var/task/bootstrap: exec format error".
struct launch_failed {
  std::string_view reason;
};
struct asked_next {
  span cpu;
};
/// The head of a response has come, its body is still on the way.
struct response_began {
  id_check id;
};
/// `announced`: a `response_began` of the same call came first. `error`: the payload of an error
/// that a stream ended with, in its trailers; empty if it went well.
struct responded {
  id_check id;
  response_mode mode;
  signal::body body;
  std::uint64_t bytes;
  bool announced = false;
  std::string_view error = {};
  span cpu = journal::cpu_unknown;
};
struct reported_error {
  id_check id;
  std::string_view body;
  span cpu = journal::cpu_unknown;
};
struct reported_init_error {
  std::string_view body;
};
struct exited {
  std::int32_t status;
  std::int32_t by_signal;
  bool core_dumped;
  journal::usage used;
  bool out_of_memory = false;  ///< the kernel killed it, or a process of it, at the memory limit
};
/// What it had used when the phase ended that was told of last.
struct sampled {
  journal::usage used;
};
/// It goes on; to bring that about took so long.
struct thawed {
  span took;
};
struct printed {
  journal::stream from;
  std::string_view line;
};
struct print_dropped {
  std::uint64_t bytes;
};
/// Bytes that are no call of any API, already answered by the edge.
struct misspoke {
  std::uint16_t status;
  std::string_view what;
};
struct left_strays {
  std::uint32_t count;
};
/// It has moved itself out of its control groups.
struct left_groups {};

}  // namespace signal

using any_signal =
    std::variant<signal::started, signal::launch_failed, signal::asked_next, signal::response_began,
                 signal::responded, signal::reported_error, signal::reported_init_error,
                 signal::exited, signal::sampled, signal::thawed, signal::printed,
                 signal::print_dropped, signal::misspoke, signal::left_strays, signal::left_groups>;

}  // namespace lambdaprof::environment
