// SPDX-License-Identifier: Apache-2.0
// The page that html.hpp fills. It is built from page/ together with the program
// (page/CMakeLists.txt).
#pragma once

#include <string>
#include <string_view>

namespace lambdaprof::report {

/// Empty where it could not be built.
const std::string& built_page();

/// Why it could not, and what to do about it; empty where it could.
std::string_view why_no_page();
std::string_view remedy_for_no_page();

}  // namespace lambdaprof::report
