// SPDX-License-Identifier: Apache-2.0
// A document as GitHub-flavoured Markdown, to paste into a pull request.
#pragma once

#include <string>

#include "report/document.hpp"

namespace lambdaprof::report {

std::string render_markdown(const document& d);

}  // namespace lambdaprof::report
