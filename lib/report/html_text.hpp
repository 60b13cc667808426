// SPDX-License-Identifier: Apache-2.0
// Foreign text inside of a page: nothing of it may be taken for markup or script.
#pragma once

#include <string>
#include <string_view>

namespace lambdaprof::report {

/// As content of an element or in a quoted attribute.
std::string html_text(std::string_view text);

/// JSON so that it can stand in a script element: no `<` ends it, and no line separator of Unicode
/// breaks it.
std::string json_for_script(std::string_view json);

}  // namespace lambdaprof::report
