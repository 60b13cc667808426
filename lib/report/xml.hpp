// SPDX-License-Identifier: Apache-2.0
// Text inside XML 1.0. What no document may contain, even as a reference, becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace lambdaprof::report {

std::string xml_content(std::string_view text);

/// Between double quotes. A reader turns line breaks into blanks unless they are references.
std::string xml_attribute(std::string_view text);

}  // namespace lambdaprof::report
