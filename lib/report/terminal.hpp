// SPDX-License-Identifier: Apache-2.0
// A document for a terminal. Whether there is a terminal, how wide it is and whether it wants
// colour is for the caller to know.
#pragma once

#include <cstddef>
#include <string>

#include "report/document.hpp"

namespace lambdaprof::report {

enum class style { plain, colour };

/// No line is longer than `width` columns, except the command, which must stay in one piece to be
/// copied, and a table that does not fit.
std::string render_terminal(const document& d, style s, std::size_t width = 100);

}  // namespace lambdaprof::report
