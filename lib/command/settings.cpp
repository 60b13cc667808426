// SPDX-License-Identifier: Apache-2.0
#include "command/settings.hpp"

#include "profile/read.hpp"

namespace lambdaprof::command {

result<profile::profile> read_settings(const std::string& file,
                                       const std::vector<profile_flag>& flags) {
  profile::profile p;
  if (!file.empty()) {
    auto read = profile::read_profile(file);
    if (!read) return read.error();
    p = std::move(*read);
  }
  for (const profile_flag& f : flags)
    if (auto set = profile::apply_flag(p, f.key, f.value, f.flag); !set) return set.error();
  return p;
}

result<void> check_untraced(const profile::profile& p) {
  if (!p.function.traces_init) return {};
  return fault{fault_kind::usage, "a trace takes time, which would be in the figures",
               std::string(profile::origin(p, "init_trace")) + ": init_trace",
               "leave it out here, and see where init spends its time with: lambdaprof run "
               "--init-trace"};
}

void take_command(profile::profile& p, const std::vector<std::string>& command,
                  const std::vector<std::string>& arguments) {
  if (!command.empty()) {
    p.function.command = command;
    p.origins["function.command"] = "the command line";
  }
  p.function.command.insert(p.function.command.end(), arguments.begin(), arguments.end());
}

}  // namespace lambdaprof::command
