// SPDX-License-Identifier: Apache-2.0
// Everything that a world can tell an environment. Views are valid for the step they are given to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "environment/subscription.hpp"
#include "journal/entry.hpp"

namespace lambdaprof::environment {

namespace signal {

/// Whether a post names an invocation that was handed out and is not over: in the standard mode,
/// the last one. RIE checks this before the state. `stale`: it does, but echoes the id of another
/// attempt.
enum class id_check : std::uint8_t { current, other, stale };
enum class body : std::uint8_t { complete, truncated };
enum class response_mode : std::uint8_t { buffered, streaming, unknown };

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
/// The connection of a call for the next event is gone, before it got one.
struct hung_up {};
/// Of a SnapStart function.
struct asked_restore {
  span cpu = journal::cpu_unknown;
};
/// The first byte of the body of a response has come, others are still on the way. `inv`, here and
/// below: what the post names, where `id` is not `other`.
struct response_began {
  id_check id;
  invocation_id inv = {};
};
/// `announced`: a `response_began` of the same call came first. `error`: the payload of an error
/// that a stream ended with, in its trailers; empty if it went well. `error_type`: what its type
/// counts as. `http_status` and `answer` as in the journal.
struct responded {
  id_check id;
  response_mode mode;
  signal::body body;
  std::uint64_t bytes;
  bool announced = false;
  std::string_view error = {};
  span cpu = journal::cpu_unknown;
  invocation_id inv = {};
  std::string_view error_type = {};
  std::uint16_t http_status = 0;
  std::string_view answer = {};
};
/// `type`: what the error-type header counts as.
struct reported_error {
  id_check id;
  std::string_view body;
  span cpu = journal::cpu_unknown;
  invocation_id inv = {};
  std::string_view type = {};
};
struct reported_init_error {
  std::string_view body;
  std::string_view type = {};
};
struct reported_restore_error {
  std::string_view body;
  std::string_view type = {};
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

// Of an external extension's process, by the number of its file.
struct extension_started {
  std::uint32_t extension;
  instant began;
  std::int32_t pid;
};
struct extension_launch_failed {
  std::uint32_t extension;
  std::string_view reason;
};
struct extension_exited {
  std::uint32_t extension;
  std::int32_t status;
  std::int32_t by_signal;
};
struct extension_printed {
  std::uint32_t extension;
  journal::stream from;
  std::string_view line;
};

// Calls of the Extensions API and of the Telemetry and Logs APIs. `identifier`: what was sent as
// Lambda-Extension-Identifier, empty if nothing was.
enum class registration_body : std::uint8_t { sound, malformed, unknown_event };
struct registers {
  std::string_view name;
  registration_body body;
  bool invoke;
  bool shutdown;
  std::string_view unknown_event = {};
  bool wants_account_id = false;
};
struct extension_asked_next {
  std::string_view identifier;
  span cpu = journal::cpu_unknown;
};
/// `type`: the error-type header, which has to be there.
struct extension_reported_error {
  std::string_view identifier;
  bool at_init;
  std::optional<std::string_view> type;
  std::string_view body;
};
/// `asked`: what for, or none if that is not sound. `complaint`: why, in the words of the answer.
struct subscribes {
  std::string_view identifier;
  journal::telemetry_api api;
  const subscription* asked;
  std::string_view complaint = {};
};
struct telemetry_dropped {
  std::uint32_t extension;
  std::uint64_t records;
  std::uint64_t bytes;
};

}  // namespace signal

using any_signal =
    std::variant<signal::started, signal::launch_failed, signal::asked_next, signal::hung_up,
                 signal::asked_restore, signal::response_began, signal::responded,
                 signal::reported_error, signal::reported_init_error,
                 signal::reported_restore_error, signal::exited, signal::sampled, signal::thawed,
                 signal::printed, signal::print_dropped, signal::misspoke, signal::left_strays,
                 signal::left_groups, signal::extension_started, signal::extension_launch_failed,
                 signal::extension_exited, signal::extension_printed, signal::registers,
                 signal::extension_asked_next, signal::extension_reported_error, signal::subscribes,
                 signal::telemetry_dropped>;

}  // namespace lambdaprof::environment
