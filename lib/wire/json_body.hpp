// SPDX-License-Identifier: Apache-2.0
// JSON that comes from a function, read with limits: what is too long or nested too deeply is not
// even built.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace lambdaprof::wire {

/// Nothing for what is no JSON, or beyond a limit.
std::optional<nlohmann::ordered_json> read_json(std::string_view text, std::size_t most_bytes,
                                                int deepest);

}  // namespace lambdaprof::wire
