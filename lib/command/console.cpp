// SPDX-License-Identifier: Apache-2.0
#include "command/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "host/terminal.hpp"

namespace lambdaprof::command {

console this_console(bool wants_progress) {
  const auto variable = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  const bool is_dumb = variable("TERM") == "dumb";
  console c;
  c.has_colour = host::is_terminal(STDOUT_FILENO) && variable("NO_COLOR").empty() && !is_dumb;
  c.has_progress = wants_progress && host::is_terminal(STDERR_FILENO) && !is_dumb;
  // Beyond a hundred columns a report gets harder to read, and into a file it has no width of its
  // own.
  if (host::is_terminal(STDOUT_FILENO))
    c.columns = static_cast<std::size_t>(std::clamp(host::columns(STDOUT_FILENO), 60, 100));
  return c;
}

void say(std::FILE* to, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

int complain(const fault& f) {
  say(stderr, "lambdaprof: " + to_string(f) + "\n");
  return f.kind == fault_kind::host ? exit_status::host_cannot : exit_status::bad_usage;
}

}  // namespace lambdaprof::command
