// SPDX-License-Identifier: Apache-2.0
#include "host/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace lambdaprof::host {

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

int columns(int fd) {
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace lambdaprof::host
