// SPDX-License-Identifier: Apache-2.0
// The Extensions API (2020-01-01) between bytes and meaning: which call a request is, the bytes of
// every answer and of the events. Whether a call is legal is the environment's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "environment/function.hpp"
#include "environment/order.hpp"
#include "environment/signal.hpp"
#include "wire/message.hpp"

namespace lambdaprof::wire {

/// Views are into the request.
namespace extension_call {

struct enroll {
  environment::signal::registration_body body;
  bool invoke = false;
  bool shutdown = false;
  std::string unknown_event = {};
  std::string_view name = {};
  bool wants_account_id = false;
};
struct next {};
struct error {
  bool at_init;
  std::optional<std::string_view> type;
};
struct unknown_path {};
struct wrong_method {};

}  // namespace extension_call

using any_extension_call =
    std::variant<extension_call::enroll, extension_call::next, extension_call::error,
                 extension_call::unknown_path, extension_call::wrong_method>;

/// A registration has a few bytes; ours to choose.
inline constexpr std::size_t registration_limit = 65'536;

/// Whether a target belongs to this API.
bool is_of_extensions_api(std::string_view target);
any_extension_call classify_extension_call(const request& r);

/// Lambda-Extension-Identifier; empty if it is not there.
std::string_view extension_identifier(const request& r);

/// Each appends to `out`.
void render(std::string& out, const environment::order::answer_extension& answer,
            const environment::function& f);

struct invoke_event {
  std::string_view event_id;  ///< a UUID
  std::string_view request_id;
  std::int64_t deadline_ms = 0;  ///< since the Unix epoch
  std::string_view function_arn;
  std::string_view trace_id;
};
void render(std::string& out, const invoke_event& event);

struct shutdown_event {
  std::int64_t deadline_ms = 0;
  journal::shutdown_reason reason = journal::shutdown_reason::spindown;
};
void render(std::string& out, const shutdown_event& event);

}  // namespace lambdaprof::wire
