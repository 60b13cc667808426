// SPDX-License-Identifier: Apache-2.0
// The Runtime API (2018-06-01) between bytes and meaning: which call a request is, and the bytes of
// every answer. Whether a call is legal is the environment's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "environment/order.hpp"
#include "environment/signal.hpp"
#include "wire/message.hpp"

namespace lambdaprof::wire {

/// Views are into the request. A request id is percent-decoded, since the Node client encodes it.
namespace call {

struct next {};
struct response {
  std::string request_id;
  environment::signal::response_mode mode;
  std::string_view content_type;
};
struct error {
  std::string request_id;
  std::string_view error_type;  ///< as sent; see `error_type()`
};
struct init_error {
  std::string_view error_type;
};
/// Of a SnapStart function only, as the next two.
struct restore_next {};
struct restore_error {
  std::string_view error_type;
};
struct credentials {
  std::string_view token;
};
struct ping {};
struct unknown_path {};
struct wrong_method {};

}  // namespace call

using any_call = std::variant<call::next, call::response, call::error, call::init_error,
                              call::restore_next, call::restore_error, call::credentials,
                              call::ping, call::unknown_path, call::wrong_method>;

any_call classify(const request& r);

/// What the invoker sees of a posted error: the body as it is, or without its cause for X-Ray where
/// its content type says that it has one (lambda-protocol §1.5).
std::string error_payload(const request& r);

/// Lambda-Runtime-Invocation-Id, as the runtime echoes it; empty if it does not.
std::string_view echoed_attempt(const request& r);

/// The payload of the error that a streamed response ended with, from its trailers (lambda-protocol
/// §1.4); empty if there is none.
std::string mid_stream_error(const request& r);

/// What the type of such an error counts as.
std::string mid_stream_error_type(const request& r);

/// What the error-type header of a post counts as (lambda-protocol §1.5).
std::string_view error_type(std::string_view header);

/// The head of the answer to /next; the event follows it.
struct event_head {
  std::string_view request_id = {};
  std::int64_t deadline_ms = 0;  ///< since the Unix epoch
  std::string_view function_arn = {};
  std::string_view attempt_id = {};
  // Left out if empty: clients parse what is present.
  std::string_view trace_id = {};
  std::string_view client_context = {};
  std::string_view cognito_identity = {};  ///< JSON
  std::string_view tenant_id = {};
  std::string_view content_type = "application/json";
  std::uint64_t event_bytes = 0;
};

/// Answers that do not depend on the state of a session.
enum class edge_reply : std::uint8_t { pong, restored, not_found, wrong_method, internal_error };

/// Each appends to `out`, so that a caller can reuse one buffer.
void render(std::string& out, const event_head& head);
void render(std::string& out, const environment::order::answer& answer);
void render(std::string& out, edge_reply reply);
void render_json(std::string& out, std::string_view body);

/// {"cognitoIdentityId":…}; empty if both parts are.
std::string cognito_identity(std::string_view identity, std::string_view pool);

}  // namespace lambdaprof::wire
