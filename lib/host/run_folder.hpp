// SPDX-License-Identifier: Apache-2.0
// The place of a run on disk: a folder `lambdaprof.<pid>` that nobody else may enter and that goes
// with the run. Touches no folder of another name, another owner or a living run.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "host/descriptor.hpp"
#include "host/own_folder.hpp"

namespace lambdaprof::host {

/// Where runs have their folders: $TMPDIR, else /tmp, or /var/tmp where that is in memory only.
std::string place_of_runs();

/// Whether what is written below a folder takes memory and no disk.
bool is_in_memory(const std::string& folder);

class run_folder {
 public:
  /// Removes what earlier runs that were killed have left there and makes the folder of this one.
  /// For one in a process at a time.
  static result<run_folder> make(const std::string& place = place_of_runs());

  const std::string& path() const { return folder_.path(); }
  /// How many earlier runs had left folders that were removed.
  std::int64_t removed_leftovers() const { return removed_leftovers_; }

  /// Removes what the run of this process has left, for whoever survives it.
  static void remove_all_of(int pid, const std::string& place = place_of_runs());

 private:
  run_folder(descriptor lock, own_folder folder, std::int64_t removed);

  descriptor lock_;  // held as long as we live, also where our pid means nothing
  own_folder folder_;
  std::int64_t removed_leftovers_ = 0;
};

}  // namespace lambdaprof::host
