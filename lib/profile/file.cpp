// SPDX-License-Identifier: Apache-2.0
#include "profile/file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace lambdaprof::profile {

result<std::string> read_file(const std::string& path, std::size_t most) {
  const auto bad = [&](std::string why) {
    return fault{fault_kind::file, std::move(why), path, ""};
  };
  const auto unreadable = [&] {
    return bad("it cannot be read: " + std::generic_category().message(errno));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return bad("it is a folder, not a file");

  const auto close = [](std::FILE* f) { std::fclose(f); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  if (file == nullptr) return unreadable();

  // Read up to the limit and not by the size it claims: pipes have none.
  std::string text;
  std::array<char, 65536> chunk;
  while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    text.append(chunk.data(), n);
    if (text.size() > most) return bad(fmt::format("it is larger than {} bytes", most));
  }
  if (std::ferror(file.get()) != 0) return unreadable();
  return text;
}

}  // namespace lambdaprof::profile
