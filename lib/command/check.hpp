// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/settings.hpp"

namespace lambdaprof::command {

struct check_options {
  std::string profile;                 ///< file; empty: the defaults
  std::vector<profile_flag> flags;     ///< in the order of the command line
  std::vector<std::string> command;    ///< replaces the profile's unless empty
  std::vector<std::string> arguments;  ///< come after either
  std::uint32_t rounds = 20;           ///< times that each event is sent to the reused environment
  std::vector<std::string> ignored;    ///< JSON pointers into answers
  bool must_end = false;               ///< ignoring SIGTERM is a finding
  std::string json;
  std::string markdown;
  std::string html;
  std::string command_line;  ///< as typed, for the report
};

/// The same events on fresh environments and on a used one: whether they are answered alike, what
/// grows, what is left. Status 1 if something was found.
int check(const check_options& options, const console& c);

}  // namespace lambdaprof::command
