// SPDX-License-Identifier: Apache-2.0
// Results and journals of earlier runs.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "report/subject.hpp"

namespace lambdaprof::command {

/// A result or a journal, told apart by its beginning. "-" is standard input.
result<std::vector<report::subject>> read_saved(const std::string& path);

/// Whether the file looks like one of these, and not like a program.
bool is_saved_result(const std::string& path);

}  // namespace lambdaprof::command
