// SPDX-License-Identifier: Apache-2.0
#include "host/proc.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "host/descriptor.hpp"

namespace lambdaprof::host {

std::string read_text(const std::string& path) {
  std::string text;
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return text;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(file.number(), block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(n));
  return text;
}

std::vector<int> numbers_in(std::string_view text) {
  std::vector<int> numbers;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end; ++at) {
    int number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) break;
    numbers.push_back(number);
    at = next;
  }
  return numbers;
}

std::int64_t status_bytes(std::string_view status, std::string_view name) {
  const std::string key = fmt::format("{}:", name);
  for (std::size_t at = 0; at < status.size();) {
    const std::size_t end = std::min(status.find('\n', at), status.size());
    std::string_view line = status.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(key)) continue;
    line.remove_prefix(std::min(line.find_first_of("0123456789"), line.size()));
    std::int64_t kilobytes = 0;
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), kilobytes);
    return error == std::errc{} ? kilobytes * 1024 : -1;
  }
  return -1;
}

std::int64_t peak_bytes_of(int pid) {
  return status_bytes(read_text(fmt::format("/proc/{}/status", pid)), "VmHWM");
}

char state_of(int pid) {
  const std::string stat = read_text(fmt::format("/proc/{}/stat", pid));
  // "pid (name) state …", where the name may hold anything, so the last parenthesis counts.
  const std::size_t name_end = stat.rfind(") ");
  return name_end == std::string::npos ? '\0' : stat[name_end + 2];
}

std::optional<schedstat> schedstat_in(std::string_view text) {
  std::int64_t numbers[3];
  for (std::int64_t& number : numbers) {
    const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(std::min(static_cast<std::size_t>(next - text.data()) + 1, text.size()));
  }
  return schedstat{span(numbers[0]), span(numbers[1]), numbers[2]};
}

std::vector<int> threads_of(int pid) {
  std::vector<int> threads;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(
      ::opendir(fmt::format("/proc/{}/task", pid).c_str()), &::closedir);
  if (!folder) return threads;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::vector<int> id = numbers_in(entry->d_name);
    threads.insert(threads.end(), id.begin(), id.end());
  }
  return threads;
}

std::vector<int> children_of(int pid) {
  std::vector<int> children;
  for (const int thread : threads_of(pid)) {
    const auto some = numbers_in(read_text(fmt::format("/proc/{}/task/{}/children", pid, thread)));
    children.insert(children.end(), some.begin(), some.end());
  }
  return children;
}

}  // namespace lambdaprof::host
