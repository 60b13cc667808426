// SPDX-License-Identifier: Apache-2.0
// The platform's numbers in one place. Marks: DOC the AWS documentation, RIE the interface
// emulator's code.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace lambdaprof::environment {

/// An on-demand init that takes longer is ended and repeated inside the invocation. DOC
inline constexpr span init_limit = std::chrono::seconds(10);

/// Of SnapStart, provisioned concurrency and managed instances; the function timeout if that is
/// longer. DOC
inline constexpr span long_init_limit = std::chrono::seconds(130);

/// From /restore/next to the first /next. DOC
inline constexpr span restore_limit = std::chrono::seconds(10);

/// Of the keys that a SnapStart function asks for; they give no rights here. Ours to choose.
inline constexpr span credentials_life = std::chrono::hours(6);

/// External and internal ones together. DOC, RIE
inline constexpr std::uint32_t most_extensions = 10;

/// How long an environment has to end in order: with an internal extension only, with an external
/// one. Without any it has no time. DOC
inline constexpr span shutdown_budget_internal = std::chrono::milliseconds(500);
inline constexpr span shutdown_budget_external = std::chrono::milliseconds(2000);
/// What of that the runtime may take, without and with an internal extension. DOC
inline constexpr span runtime_share = std::chrono::milliseconds(300);
inline constexpr span runtime_share_internal = std::chrono::milliseconds(500);

/// Largest streamed response. DOC
inline constexpr std::uint64_t stream_limit = std::uint64_t{200} * 1024 * 1024;
/// So much of it goes unthrottled, the rest at so many bytes a second, which are added in steps.
/// DOC, RIE
inline constexpr std::uint64_t stream_burst = std::uint64_t{6} * 1024 * 1024;
inline constexpr std::uint64_t stream_rate = std::uint64_t{2} * 1024 * 1024;
inline constexpr span stream_refill = std::chrono::milliseconds(125);

/// Largest request and response of a synchronous invocation: 6 MiB + 100. RIE, DOC
inline constexpr std::uint64_t payload_limit = 6 * 1024 * 1024 + 100;

/// A runtime that has posted /init/error is expected to exit by itself; ours to choose how long we
/// wait.
inline constexpr span init_error_grace = std::chrono::milliseconds(300);

/// Refused calls of one environment that the journal keeps; ours to choose.
inline constexpr std::uint32_t most_refusals = 1000;

}  // namespace lambdaprof::environment
