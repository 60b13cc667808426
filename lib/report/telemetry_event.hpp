// SPDX-License-Identifier: Apache-2.0
// What an environment tells those who have subscribed to its telemetry, before it is put into one
// of the schemas (telemetry_text.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "journal/entry.hpp"

namespace lambdaprof::report {

/// What one subscribes to.
enum class telemetry_class : std::uint8_t { platform, function, extension };

namespace told {

/// How a phase has ended. `error_type` is empty where there is none to name.
struct ending {
  std::string_view status = "success";
  std::string error_type;
};

/// A span of the schemas: a part of a phase.
struct part {
  std::string_view name;
  instant start;
  span took;
};

struct init_start {
  std::string_view phase;
  bool is_provisioned;
};
struct init_runtime_done {
  std::string_view phase;
  bool is_provisioned;
  ending how;
};
struct init_report {
  std::string_view phase;
  bool is_provisioned;
  ending how;
  span took;
};
struct restore_start {};
struct restore_runtime_done {
  ending how;
};
struct restore_report {
  ending how;
  span took;
};
struct start {
  invocation_id inv;
};
struct runtime_done {
  invocation_id inv;
  ending how;
  span took;
  std::optional<std::uint64_t> bytes;
  std::vector<part> parts;
};
struct fault {
  std::string text;
};
struct end {
  invocation_id inv;
};
/// Not where several invocations run at a time.
struct costs {
  std::int64_t billed_ms;
  std::int64_t memory_mb;
  std::int64_t peak_mb;
  std::optional<span> init;
  std::optional<span> restore;
};
struct report {
  invocation_id inv;
  ending how;
  span took;
  std::optional<costs> paid;
  std::vector<part> parts;
};
struct extension {
  journal::text_id name;
  std::string_view state;
  bool invoke;
  bool shutdown;
  std::string error_type;
};
struct subscription {
  journal::text_id name;
  std::string_view state;
  journal::telemetry_api api;
  bool platform;
  bool function;
  bool extension;
};
struct dropped {
  std::uint32_t extension;
  std::uint64_t records;
  std::uint64_t bytes;
};
/// Of the function or of an extension, as the event's class says.
struct line {
  journal::text_id text;
};

}  // namespace told

using telemetry_record =
    std::variant<told::init_start, told::init_runtime_done, told::init_report, told::restore_start,
                 told::restore_runtime_done, told::restore_report, told::start, told::runtime_done,
                 told::fault, told::end, told::report, told::extension, told::subscription,
                 told::dropped, told::line>;

struct telemetry_event {
  telemetry_class of;
  instant at;
  span skipped;  ///< how far the pool's clock was ahead of the functions' by then
  telemetry_record what;
};

}  // namespace lambdaprof::report
