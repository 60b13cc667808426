// SPDX-License-Identifier: Apache-2.0
#include "host/run_name.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

constexpr std::string_view prefix = "lambdaprof.";

}  // namespace

std::string name_of_run(int pid) {
  return fmt::format("{}{}", prefix, pid);
}

std::optional<int> pid_of_run(std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = name.substr(prefix.size());
  int pid = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  if (parsed.ec != std::errc{} || name != name_of_run(pid) || pid <= 0) return std::nullopt;
  return pid;
}

bool is_other_living_run(int pid) {
  if (pid == ::getpid() || ::access(fmt::format("/proc/{}", pid).c_str(), F_OK) != 0) return false;
  const char state = state_of(pid);
  return state != 'Z' && state != 'X';
}

}  // namespace lambdaprof::host
