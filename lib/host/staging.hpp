// SPDX-License-Identifier: Apache-2.0
// Copies of executables that differ in nothing but their bytes. How a file came into the page cache
// decides how its pages lie in memory, and that is worth 6 % of a start: more than many a change to
// the program. So all that is compared is written by this one routine, to paths of one length.
#pragma once

#include <string>

#include "base/result.hpp"

namespace lambdaprof::host {

/// Copies an executable into a folder of ours, under the next of the names 000001, 000002, …, and
/// returns the path. The copy has mode 0755 and is wholly in the page cache, as it was written and
/// clean; after an eviction its pages lie otherwise. When it fails, nothing is left in the folder.
result<std::string> stage(const std::string& executable, const std::string& folder);

}  // namespace lambdaprof::host
