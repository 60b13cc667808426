// SPDX-License-Identifier: Apache-2.0
// The facts of a life. Every figure is derived from these and from nothing else.
#pragma once

#include <cstdint>
#include <variant>

#include "base/id.hpp"
#include "base/time.hpp"
#include "journal/outcome.hpp"

namespace lambdaprof::journal {

/// A text or a usage record of the journal, by its place in the side table.
using text_id = id<struct text_tag>;
using usage_id = id<struct usage_tag>;

/// What a process and its children have used since its start, as far as the kernel tells; negative
/// means unknown. Threads and processes that ended count as far as they were seen.
struct usage {
  span cpu{-1};   ///< exact
  span user{-1};  ///< with `system` a division of it by the tick of the kernel
  span system{-1};
  span throttled{-1};  ///< stood still because the share of CPU was used up
  span waited{-1};     ///< threads that could run and did not; while throttled as well
  span cpu_some{-1};   ///< time in which at least one thread did so (PSI)
  span cpu_full{-1};   ///< time in which all that were not asleep did
  span io_some{-1};    ///< the same of waiting for storage
  span io_full{-1};
  std::int64_t peak_bytes = -1;
  std::int64_t minor_faults = -1;
  std::int64_t major_faults = -1;
  std::int64_t read_bytes = -1;  ///< fetched from storage
  std::int64_t slices = -1;      ///< times that a thread was given a CPU
  std::int64_t voluntary_switches = -1;
  std::int64_t involuntary_switches = -1;
  // Of a sample only.
  span busiest{
      -1};  ///< CPU and waiting, since the sample before, of the thread that has most of it
  std::int64_t running = -1;  ///< threads that ran, or could have, when the phase ended
  span carried{-1};  ///< CPU since the sample before of those that did so at the end of that phase
  friend bool operator==(const usage&, const usage&) = default;
};

enum class stream : std::uint8_t { out, err };

inline constexpr span cpu_unknown{-1};

namespace fact {

// Of an invocation.
/// An event was taken up; `at - due` is the lateness of the generator itself. `event`: which of the
/// load's, or, counted from their number on, which ping of a warmer.
struct arrived {
  instant due;
  std::uint32_t event;
  bool discarded;
  journal::origin origin = journal::origin::load;
};
/// Over the concurrency limit: answered with 429 and never run.
struct throttled {};
/// The event was handed to the runtime.
struct delivered {
  start_kind kind;
};
/// The first byte of a response that did not arrive in one piece.
struct response_began {};
/// The last byte of an accepted response. `cpu`, here and below: CPU that the environment's
/// processes have used since the start of the one in place. `http_status`: where the response says
/// HTTP 5xx, and `answer` is what it says besides; else 0.
struct responded {
  std::uint64_t bytes;
  span cpu = cpu_unknown;
  std::uint16_t http_status = 0;
  text_id answer = {};
};
/// The invoker got an error: `payload` is the JSON it sees.
/// `type`: what the error-type header of the post counts as, if there was a post.
struct failed {
  outcome why;
  text_id payload;
  span cpu = cpu_unknown;
  text_id type = {};
};
/// The runtime asked for the next event. Extensions that were told of this one may still be at it.
struct runtime_ready {
  span cpu;
};
/// The invocation is over; the last fact of each that was not throttled.
struct settled {
  outcome how;
};

// Of an environment. `attempt` counts its processes, from 0.
/// The pool wants an environment, or a new process in an old one, because of the entry's
/// invocation; one that is provisioned, ahead of all of them.
struct launch_ordered {
  std::uint32_t attempt;
  bool suppressed;
  bool provisioned = false;
};
/// exec has succeeded; `began` is the instant just before the process was created. Of the files
/// that it maps, as far as they are known, so many bytes were in the page cache then.
struct process_started {
  instant began;
  std::int32_t pid;
  std::int64_t mapped_bytes = -1;
  std::int64_t cached_bytes = -1;
};
struct launch_failed {
  text_id reason;
};
/// The runtime's first /next, or /restore/next, has been read, and there are extensions, of which
/// some may not be ready yet.
struct runtime_initialized {};
/// The runtime and every extension have asked for the next event: the init is over.
struct init_finished {
  span cpu;
};
/// The init ended without that. `type` as in `failed`.
struct init_failed {
  outcome why;
  text_id detail;
  text_id type = {};
};
/// Of a SnapStart function: the runtime waits in /restore/next, and is let go on.
struct restore_began {};
/// Its hooks are through: it has asked for an event.
struct restore_finished {
  span cpu;
};
struct restore_failed {
  outcome why;
  text_id detail;
  text_id type = {};
};
/// What is left of its processes is being ended in order: SIGTERM, then the event SHUTDOWN, each
/// with its time. Only where there are extensions.
struct shutdown_began {
  shutdown_reason reason;
};
/// The process is being killed because the invocation or the init went wrong; the environment
/// stays.
struct reset {};
/// What it had used by the end of a phase. Follows `init_finished` or `runtime_ready`, but not each
/// one where many follow each other closely; and `thawed` if anything ran after the sample before,
/// until it really stood still.
struct sampled {
  usage_id used;
};
/// Everything of it stands still from here on: it has nothing to do.
struct frozen {};
/// It goes on, because an event is about to be handed to it.
struct thawed {};
/// What letting it go on has cost, as a part of the latency of that event.
struct thaw_cost {
  span took;
};
struct retired {
  retirement why;
};
/// `signal` is 0 if the process ended by itself with `status`.
struct exited {
  std::int32_t status;
  std::int32_t signal;
  usage_id used;
};
/// Nothing of the environment is left.
struct gone {};
/// The process has moved itself out of its control groups: from here on nothing limits it, and it
/// is not counted.
struct left_groups {};
/// Processes that the function left behind outside its group, killed at the end.
struct strays {
  std::uint32_t count;
};

// Of an extension: in each init, the external ones are counted first, in the order of their files,
// and then the internal ones, in the order of their registration.
/// Its process, which only an external one has.
struct extension_started {
  std::uint32_t extension;
  text_id name;
  instant began;
  std::int32_t pid;
};
struct extension_launch_failed {
  std::uint32_t extension;
  text_id name;
  text_id reason;
};
struct extension_registered {
  std::uint32_t extension;
  text_id name;
  bool external;
  bool invoke;    ///< it wants to be told of invocations
  bool shutdown;  ///< and of the end
};
/// It has asked for its next event: the first time its init is over, later its part of an
/// invocation.
struct extension_ready {
  std::uint32_t extension;
};
/// It has posted an error of that type.
struct extension_failed {
  std::uint32_t extension;
  text_id type;
};
struct extension_exited {
  std::uint32_t extension;
  std::int32_t status;
  std::int32_t signal;
};
struct extension_line {
  std::uint32_t extension;
  stream from;
  text_id text;
};
/// It is sent telemetry from here on, and what of the init came before. `schema`: "2022-12-13".
struct subscribed {
  std::uint32_t extension;
  telemetry_api api;
  text_id schema;
  bool platform;
  bool function;
  bool extension_logs;
};
/// Telemetry that it did not take in time.
struct telemetry_dropped {
  std::uint32_t extension;
  std::uint64_t records;
  std::uint64_t bytes;
};

// Of either.
struct log_line {
  stream from;
  text_id text;
};
struct log_dropped {
  std::uint64_t bytes;
};
/// A call of the function that was answered with an error, or bytes that were no call at all.
struct refused {
  std::uint16_t status;
  text_id what;
};

// Of the run.
/// Nothing was running, so the pool's clock jumped ahead by this much.
struct skipped {
  span ahead;
};
struct interrupted {};
/// Of a trial: what follows belongs to this block, until the next one. `padding`: bytes added to
/// the variables of its processes, so that their stacks begin elsewhere.
struct block_began {
  std::uint32_t block;
  std::uint32_t padding;
};
struct note {
  text_id text;
};

}  // namespace fact

using what = std::variant<
    fact::arrived, fact::throttled, fact::delivered, fact::response_began, fact::responded,
    fact::failed, fact::runtime_ready, fact::settled, fact::launch_ordered, fact::process_started,
    fact::launch_failed, fact::runtime_initialized, fact::init_finished, fact::init_failed,
    fact::restore_began, fact::restore_finished, fact::restore_failed, fact::shutdown_began,
    fact::reset, fact::sampled, fact::frozen, fact::thawed, fact::thaw_cost, fact::retired,
    fact::exited, fact::gone, fact::left_groups, fact::strays, fact::extension_started,
    fact::extension_launch_failed, fact::extension_registered, fact::extension_ready,
    fact::extension_failed, fact::extension_exited, fact::extension_line, fact::subscribed,
    fact::telemetry_dropped, fact::log_line, fact::log_dropped, fact::refused, fact::skipped,
    fact::interrupted, fact::block_began, fact::note>;

/// One line of the journal. `at` is on the pool's clock (run time plus skipped idle), never
/// decreasing.
struct entry {
  instant at;
  environment_id env;
  invocation_id inv;
  journal::what what;
};

}  // namespace lambdaprof::journal
