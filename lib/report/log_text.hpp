// SPDX-License-Identifier: Apache-2.0
// The lines that Lambda itself writes into a log, letter by letter as in lambda-protocol §5.3, but
// without their line ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/billing.hpp"
#include "journal/entry.hpp"
#include "journal/outcome.hpp"

namespace lambdaprof::report {

enum class init_phase : std::uint8_t {
  init,    ///< before any invocation
  invoke,  ///< repeated inside one
};

/// "Status: …" with its "Error Type: …"; empty where Lambda names none: the process has come
/// through, even if the invoker got an error. `payload` is what the invoker saw, `type` what the
/// error-type header of the post counted as; empty if there was none.
std::string status_text(journal::outcome how, std::string_view payload, std::string_view type = {});

/// `status` is empty for a success, which is told of SnapStart functions only.
std::string init_report_text(span init, init_phase phase, std::string_view status);
std::string restore_report_text(span restore, std::string_view status);
struct extension_events {
  bool invoke = false;
  bool shutdown = false;
};
/// `type` of its error; empty if there was none.
std::string extension_text(std::string_view name, std::string_view state,
                           const extension_events& events, std::string_view type = {});
std::string subscription_text(std::string_view name, const journal::fact::subscribed& what);

std::string start_text(std::string_view request_id);
std::string end_text(std::string_view request_id);

/// Without "Max Memory Used" if `peak_bytes` is negative, which is unknown.
std::string report_text(std::string_view request_id, const analysis::charge& c,
                        std::int64_t memory_mb, std::int64_t peak_bytes, std::string_view status);

}  // namespace lambdaprof::report
