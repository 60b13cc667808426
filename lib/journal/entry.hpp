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

/// What a process has used, as far as the kernel tells; negative means unknown.
struct usage {
  span user{-1};
  span system{-1};
  std::int64_t peak_bytes = -1;
  std::int64_t minor_faults = -1;
  std::int64_t major_faults = -1;
  std::int64_t voluntary_switches = -1;
  std::int64_t involuntary_switches = -1;
  friend bool operator==(const usage&, const usage&) = default;
};

enum class stream : std::uint8_t { out, err };

inline constexpr span cpu_unknown{-1};

namespace fact {

// Of an invocation.
/// An event of the load was taken up; `at - due` is the lateness of the generator itself.
struct arrived {
  instant due;
  std::uint32_t event;
  bool discarded;
};
/// Over the concurrency limit: answered with 429 and never run.
struct throttled {};
/// The event was handed to the runtime.
struct delivered {
  start_kind kind;
};
/// The first byte of a response that did not arrive in one piece.
struct response_began {};
/// The last byte of an accepted response.
struct responded {
  std::uint64_t bytes;
};
/// The invoker got an error: `payload` is the JSON it sees.
struct failed {
  outcome why;
  text_id payload;
};
/// The runtime asked for the next event. `cpu`: process CPU used since its start.
struct runtime_ready {
  span cpu;
};
/// The invocation is over; the last fact of each that was not throttled.
struct settled {
  outcome how;
};

// Of an environment. `attempt` counts its processes, from 0.
/// The pool wants an environment, or a new process in an old one, because of the entry's
/// invocation.
struct launch_ordered {
  std::uint32_t attempt;
  bool suppressed;
};
/// exec has succeeded; `began` is the instant just before the process was created.
struct process_started {
  instant began;
  std::int32_t pid;
};
struct launch_failed {
  text_id reason;
};
/// The first /next has been read: the init is over.
struct init_finished {
  span cpu;
};
/// The init ended without a /next.
struct init_failed {
  outcome why;
  text_id detail;
};
/// The process is being killed because the invocation or the init went wrong; the environment
/// stays.
struct reset {};
/// Everything of it stands still from here on: it has nothing to do.
struct frozen {};
/// It goes on, because an event is about to be handed to it.
struct thawed {};
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
/// Processes that the function left behind outside its group, killed at the end.
struct strays {
  std::uint32_t count;
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
struct note {
  text_id text;
};

}  // namespace fact

using what =
    std::variant<fact::arrived, fact::throttled, fact::delivered, fact::response_began,
                 fact::responded, fact::failed, fact::runtime_ready, fact::settled,
                 fact::launch_ordered, fact::process_started, fact::launch_failed,
                 fact::init_finished, fact::init_failed, fact::reset, fact::frozen, fact::thawed,
                 fact::retired, fact::exited, fact::gone, fact::strays, fact::log_line,
                 fact::log_dropped, fact::refused, fact::skipped, fact::interrupted, fact::note>;

/// One line of the journal. `at` is on the pool's clock (run time plus skipped idle), never
/// decreasing.
struct entry {
  instant at;
  environment_id env;
  invocation_id inv;
  journal::what what;
};

}  // namespace lambdaprof::journal
