// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lambdaprof::command {

/// Those that have the same name are called by as much of the end of their paths as it takes; the
/// same path keeps the same name.
void tell_apart(std::vector<std::string>& names, const std::vector<std::filesystem::path>& paths);

}  // namespace lambdaprof::command
