// SPDX-License-Identifier: Apache-2.0
#include "host/cgroup_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <thread>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

constexpr auto pause_between_looks = std::chrono::microseconds(200);

int flags_of(control_file::access mode) {
  switch (mode) {
    case control_file::access::read:
      return O_RDONLY | O_CLOEXEC;
    case control_file::access::write:
      return O_WRONLY | O_CLOEXEC;
    case control_file::access::both:
      break;
  }
  return O_RDWR | O_CLOEXEC;
}

/// 0, or the errno.
int remove_folders(const std::string& group) {
  for (const std::string& name : groups_in(group)) remove_folders(group + "/" + name);
  return ::rmdir(group.c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

}  // namespace

control_file::control_file(const std::string& path, access mode)
    : file_(::open(path.c_str(), flags_of(mode))) {}

int control_file::write(std::string_view text) const {
  return ::pwrite(file_.number(), text.data(), text.size(), 0) < 0 ? errno : 0;
}

std::string control_file::text() const {
  char block[4096];
  const ssize_t n = ::pread(file_.number(), block, sizeof block, 0);
  return n > 0 ? std::string(block, static_cast<std::size_t>(n)) : std::string();
}

int write_control(const std::string& path, std::string_view text) {
  const control_file file(path, control_file::access::write);
  return file ? file.write(text) : errno;
}

std::int64_t number_in(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!name.empty()) {
      if (!line.starts_with(name) || !line.substr(name.size()).starts_with(' ')) continue;
      line.remove_prefix(name.size() + 1);
    }
    std::int64_t number = -1;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), number);
    return parsed.ec == std::errc{} ? number : -1;
  }
  return -1;
}

span pressure_in(std::string_view text, std::string_view line) {
  constexpr std::string_view key = "total=";
  const std::size_t begin = text.find(line);
  const std::size_t at = begin == text.npos ? begin : text.find(key, begin);
  if (at == text.npos) return span(-1);
  const std::int64_t microseconds = number_in(text.substr(at + key.size()));
  return microseconds < 0 ? span(-1) : span(std::chrono::microseconds(microseconds));
}

bool has_word(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; (at = list.find(word, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || list[at - 1] == ' ';
    if (begins && (end == list.size() || list[end] == ' ' || list[end] == '\n')) return true;
  }
  return false;
}

std::vector<int> members_of(const std::string& group) {
  return numbers_in(read_text(group + "/cgroup.procs"));
}

std::vector<std::string> groups_in(const std::string& group) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(group.c_str()), &::closedir);
  if (!folder) return names;
  while (const dirent* entry = ::readdir(folder.get()))
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  return names;
}

void kill_group_tree(const std::string& group) {
  if (write_control(group + "/cgroup.kill", "1") == 0) return;
  for (const std::string& name : groups_in(group)) kill_group_tree(group + "/" + name);
  for (const int pid : members_of(group))
    if (pid > 0) ::kill(pid, SIGKILL);
  // Only the freezer of v1 keeps a killed process from dying; elsewhere there is no such file.
  (void)!write_control(group + "/freezer.state", "THAWED");
}

bool remove_group_tree(const std::string& group, span limit) {
  const auto start = std::chrono::steady_clock::now();
  while (const int error = remove_folders(group)) {
    if (error != EBUSY || std::chrono::steady_clock::now() > start + limit) return false;
    kill_group_tree(group);
    std::this_thread::sleep_for(pause_between_looks);
  }
  return true;
}

}  // namespace lambdaprof::host
