// SPDX-License-Identifier: Apache-2.0
// From bytes to a profile: a JSON file with comments, then flags on top of it. Every fault names
// the file or flag, the path of the value and what was expected. What spans several keys is left to
// `check`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "profile/profile.hpp"

namespace lambdaprof::profile {

/// The profile in the file, at most 16 MB.
result<profile> read_profile(const std::string& path);

/// The same from text. `name` is what faults call it; its folder is where relative paths start.
result<profile> read_profile_text(std::string_view text, std::string_view name);

/// Sets the value at `path` from the text of a flag. A list that the same flag has set before is
/// added to, as is `function.environment`. `flag` ("--memory") becomes the origin of the value.
result<void> apply_flag(profile& p, std::string_view path, std::string_view text,
                        std::string_view flag);

}  // namespace lambdaprof::profile
