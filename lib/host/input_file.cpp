// SPDX-License-Identifier: Apache-2.0
#include "host/input_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/descriptor.hpp"

namespace lambdaprof::host {

result<std::string> read_file(const std::string& path, std::size_t limit) {
  const auto failed = [&](const std::string& why) {
    return fault{fault_kind::usage, "cannot be read: " + why, path, ""};
  };
  descriptor file;
  int fd = STDIN_FILENO;
  if (path != "-") {
    file = descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return failed(std::strerror(errno));
    fd = file.number();
  }
  std::string text;
  constexpr std::size_t step = std::size_t{64} * 1024;
  for (;;) {
    const std::size_t have = text.size();
    if (have > limit) return failed("it is larger than " + std::to_string(limit >> 20) + " MiB");
    text.resize(have + step);
    const ssize_t got = ::read(fd, text.data() + have, step);
    if (got < 0 && errno == EINTR) {
      text.resize(have);
      continue;
    }
    if (got < 0) return failed(std::strerror(errno));
    text.resize(have + static_cast<std::size_t>(got));
    if (got == 0) return text;
  }
}

}  // namespace lambdaprof::host
