// SPDX-License-Identifier: Apache-2.0
// A file that the user names, read whole. What is in it is for others to understand.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace lambdaprof::host {

/// The content of a file, or of standard input for "-". A folder, a file that cannot be read or one
/// above the limit is a fault that names it.
result<std::string> read_file(const std::string& path, std::size_t limit = std::size_t{1} << 30);

}  // namespace lambdaprof::host
