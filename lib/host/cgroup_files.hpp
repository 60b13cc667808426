// SPDX-License-Identifier: Apache-2.0
// The files and folders that a control group consists of. Which of them to use, and what for, is
// the business of `cgroup` and `cgroup_site`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "host/descriptor.hpp"

namespace lambdaprof::host {

/// One file of a group, kept open. All of it also works when the file is not there or the group has
/// gone: it reads as empty, and a write says why not.
class control_file {
 public:
  enum class access { read, write, both };

  control_file() = default;
  control_file(const std::string& path, access mode);

  explicit operator bool() const { return static_cast<bool>(file_); }
  int number() const { return file_.number(); }

  /// 0, or the errno.
  [[nodiscard]] int write(std::string_view text) const;
  std::string text() const;

 private:
  descriptor file_;
};

/// Writes a file of a group that is not needed again: 0, or the errno.
[[nodiscard]] int write_control(const std::string& path, std::string_view text);

/// The number of a "name 123" line, or of the whole text for an empty name; -1 if there is none.
std::int64_t number_in(std::string_view text, std::string_view name = {});

/// The "total" of a line of a pressure file, "some" or "full"; negative if it is not there.
span pressure_in(std::string_view text, std::string_view line);

/// Whether a word stands in a list with blanks.
bool has_word(std::string_view list, std::string_view word);

/// The processes of a group, not of those below; 0 stands for one of another PID namespace.
std::vector<int> members_of(const std::string& group);

/// The names of the groups directly below.
std::vector<std::string> groups_in(const std::string& group);

/// Kills all processes of a group and of those below, frozen ones included. Does not wait.
void kill_group_tree(const std::string& group);

/// Kills and removes a group and those below. False if it was still there after `limit`.
bool remove_group_tree(const std::string& group, span limit = std::chrono::seconds(2));

}  // namespace lambdaprof::host
