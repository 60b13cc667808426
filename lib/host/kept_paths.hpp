// SPDX-License-Identifier: Apache-2.0
// Which of a function's files lie in a folder that it is to find empty, and so have to be shown to
// it there nevertheless.
#pragma once

#include <string>
#include <vector>

namespace lambdaprof::host {

/// A file or a folder as it was named and where it is in the hidden folder.
struct kept_path {
  std::string path;
  std::string inner;  ///< from the hidden folder on
  bool is_folder = false;
};

/// The absolute path without symlinks; empty if there is no such file.
std::string resolved(const std::string& path);

/// Those of the names that are absolute paths of something in the hidden folder, and what symlinks
/// make of them; sorted, and nothing twice or in a folder that is kept already.
std::vector<kept_path> kept_paths(const std::string& hidden, const std::vector<std::string>& names);

}  // namespace lambdaprof::host
