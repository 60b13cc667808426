// SPDX-License-Identifier: Apache-2.0
// Histograms and waterfalls drawn with block characters, for the terminal and for code blocks.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace lambdaprof::report {

/// Lines of at most `width` columns; side by side if they fit, else one below the other.
std::vector<std::string> draw(const histograms& h, std::size_t width);

/// One line per bar.
std::vector<std::string> draw(const waterfall& w, std::size_t width);

}  // namespace lambdaprof::report
