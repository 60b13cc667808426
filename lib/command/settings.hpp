// SPDX-License-Identifier: Apache-2.0
// The profile of a command: a file, then flags, then the command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "profile/profile.hpp"

namespace lambdaprof::command {

/// A value for a key of the profile, with the flag that set it.
struct profile_flag {
  std::string key;
  std::string value;
  std::string flag;
};

/// `file` may be empty. Not checked yet: see `profile::check`.
result<profile::profile> read_settings(const std::string& file,
                                       const std::vector<profile_flag>& flags);

/// A trial is about figures, which a trace of the starts would be in.
result<void> check_untraced(const profile::profile& p);

/// What the command line says replaces the command; arguments come after either.
void take_command(profile::profile& p, const std::vector<std::string>& command,
                  const std::vector<std::string>& arguments);

}  // namespace lambdaprof::command
