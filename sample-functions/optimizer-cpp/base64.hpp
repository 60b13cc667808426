// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace optimizer {

/// Nothing if the text is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace optimizer
