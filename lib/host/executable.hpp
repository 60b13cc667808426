// SPDX-License-Identifier: Apache-2.0
// From what the user typed to a program that can be started here, or to why it cannot. The
// launcher's error would be exact, but too late and too short.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace lambdaprof::host {

/// The absolute path of an executable that this machine can start; symlinks are kept. A name with a
/// slash is a path from `cwd`; one without is looked for in `cwd`, then in $PATH. A folder stands
/// for its `bootstrap`. Faults are of kind `usage`.
result<std::string> find_executable(std::string_view name, const std::string& cwd);

/// Which build of a file this is.
struct file_digest {
  std::string fnv1a64;  ///< in hex; tells two builds apart, proves nothing
  std::int64_t bytes = 0;
};

result<file_digest> digest_of(const std::string& path);

}  // namespace lambdaprof::host
