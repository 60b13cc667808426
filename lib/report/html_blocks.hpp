// SPDX-License-Identifier: Apache-2.0
// The blocks of a document as HTML that says all without a script.
#pragma once

#include <string>
#include <string_view>

#include "report/document.hpp"

namespace lambdaprof::report {

/// `about` is what a screen reader says of a table or a picture that has no heading.
std::string html_of(const block& b, std::string_view about);

std::string html_of(const paragraph& p, std::string_view kind);

/// On the scale of something as long as `whole`, which may be more than its own bars.
std::string html_of(const waterfall& w, std::string_view about, double whole);

/// Where its last bar ends.
double end_of(const waterfall& w);

}  // namespace lambdaprof::report
