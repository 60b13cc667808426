// SPDX-License-Identifier: Apache-2.0
// What the answers of the server have to look like, with the source of each value: lambda-protocol
// §1.1, §1.8 and §1.11.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "conformance/raw_client.hpp"

namespace lambdaprof::conformance {

/// Compared as JSON: recordings of AWS have sorted keys, so its own order is unconfirmed.
inline nlohmann::json parsed(std::string_view text) {
  nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
  CHECK_MESSAGE(!value.is_discarded(), "no JSON: " << std::string(text));
  return value;
}

/// RIE: `RenderAccepted`, 202 with this body.
inline void check_accepted(const reply& r) {
  CHECK(r.status == 202);
  CHECK(r.header("Content-Type") == "application/json");
  CHECK(parsed(r.body) == nlohmann::json{{"status", "OK"}});
}

/// RIE: errorMessage and errorType, and nothing else.
inline void check_refused(const reply& r, int status, std::string_view type,
                          std::string_view message) {
  CHECK(r.status == status);
  CHECK(r.header("Content-Type") == "application/json");
  CHECK(parsed(r.body) == nlohmann::json{{"errorMessage", message}, {"errorType", type}});
}

inline void check_wrong_id(const reply& r) {
  check_refused(r, 400, "InvalidRequestID", "Invalid request ID");
}

/// `from` and `to` as RIE names its states.
inline void check_wrong_state(const reply& r, std::string_view from, std::string_view to) {
  check_refused(r, 403, "InvalidStateTransition",
                std::string("State transition from ")
                    .append(from)
                    .append(" to ")
                    .append(to)
                    .append(" failed for runtime. Error: State transition is not allowed"));
}

/// The shape of what the platform itself tells the invoker (AWS recordings, §1.11).
inline void check_platform_error(std::string_view payload, std::string_view type,
                                 std::string_view request_id, std::string_view text) {
  CHECK(parsed(payload) ==
        nlohmann::json{
            {"errorType", type},
            {"errorMessage",
             std::string("RequestId: ").append(request_id).append(" Error: ").append(text)}});
}

}  // namespace lambdaprof::conformance
