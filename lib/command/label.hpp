// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lambdaprof::command {

/// The label that was given, else the commit that a CI job is about (GITHUB_SHA, CI_COMMIT_SHA),
/// cut to what people write of it; else nothing.
std::string label_or_commit(const std::string& given);

}  // namespace lambdaprof::command
