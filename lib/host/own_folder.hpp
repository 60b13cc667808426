// SPDX-License-Identifier: Apache-2.0
// A folder that goes away with all that is in it, whatever a function has put there.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "base/result.hpp"

namespace lambdaprof::host {

/// Removes a folder with what is in it, however deep and whether it may be read or not, but nothing
/// behind a symlink or a mount. False if something of it is still there.
bool remove_tree(const std::string& path);

class own_folder {
 public:
  /// A new folder with exactly this mode, whatever the umask; a fault of kind `host` if it is
  /// there.
  static result<own_folder> make(std::string path, mode_t mode);
  /// The same with a name that is not taken yet, in a folder that is there.
  static result<own_folder> make_in(const std::string& folder, mode_t mode);
  /// None.
  own_folder() = default;
  own_folder(own_folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  own_folder& operator=(own_folder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~own_folder() {
    if (!path_.empty()) remove_tree(path_);
  }

  const std::string& path() const { return path_; }

 private:
  explicit own_folder(std::string path) : path_(std::move(path)) {}
  result<own_folder> with_mode(mode_t mode) &&;

  std::string path_;
};

}  // namespace lambdaprof::host
