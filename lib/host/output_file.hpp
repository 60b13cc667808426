// SPDX-License-Identifier: Apache-2.0
// A file for a result: known to be writable before the run, and whole or not there at all
// afterwards.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace lambdaprof::host {

class output_file {
 public:
  /// Finds out whether `path` can be written, without creating or changing anything. "-" is
  /// standard output.
  static result<output_file> open(std::string path);

  /// Makes `content` the content of the file, by way of a temporary one beside it; an existing file
  /// keeps its mode, a symlink stays one. Standard output, devices and pipes are written directly,
  /// and a reader that has gone away is no error there.
  result<void> write(std::string_view content) const;

  const std::string& path() const { return path_; }

 private:
  enum class way { descriptor, in_place, replace };
  output_file() = default;

  std::string path_;    ///< as the user wrote it
  std::string target_;  ///< where symlinks lead
  way way_ = way::replace;
  int fd_ = -1;  ///< of way::descriptor
};

}  // namespace lambdaprof::host
