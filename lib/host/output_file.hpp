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
  /// standard output. Faults are of kind `usage`.
  static result<output_file> open(std::string path);

  /// Makes `content` the content of the file, by way of a temporary one beside it; an existing file
  /// keeps its mode, a symlink stays one. Where the file can be written but not replaced, as one
  /// that is mounted into a container, it is overwritten. Open descriptors, devices and pipes are
  /// written directly, and that their reader has gone away is no error.
  result<void> write(std::string_view content) const;

  const std::string& path() const { return path_; }

 private:
  enum class way { to_descriptor, in_place, by_replacing };
  output_file() = default;
  bool replace(std::string_view content) const;
  bool overwrite(std::string_view content) const;

  std::string path_;    ///< as the user wrote it
  std::string target_;  ///< where its symlinks lead
  way way_ = way::by_replacing;
  int fd_ = -1;  ///< of way::to_descriptor
};

}  // namespace lambdaprof::host
