// SPDX-License-Identifier: Apache-2.0
// What is done against cold starts, in a few words, as "warmer:every=4m,concurrency=5".
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "fleet/settings.hpp"

namespace lambdaprof::fleet {

/// Parts with + between them: "none" (as it is), "keep-alive:LAW", "warmer:every=4m,concurrency=5",
/// "provisioned:N". Changes `base` by what they say.
result<settings> with_policy(settings base, std::string_view text);

}  // namespace lambdaprof::fleet
