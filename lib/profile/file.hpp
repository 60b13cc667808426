// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace lambdaprof::profile {

/// All bytes of a file or pipe. A folder, an unreadable file and more than `most` bytes are faults.
result<std::string> read_file(const std::string& path, std::size_t most);

}  // namespace lambdaprof::profile
