// SPDX-License-Identifier: Apache-2.0
#include "host/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "host/proc.hpp"

namespace lambdaprof::host {
namespace {

namespace fs = std::filesystem;

/// A function that leaves more than that is known for it long before.
constexpr std::int64_t most_entries = 100'000;

void add_known(std::int64_t& sum, std::int64_t one) {
  if (one >= 0) sum = std::max<std::int64_t>(sum, 0) + one;
}

/// Descriptors, and those of them that are timers.
struct open_files {
  std::int64_t all = -1;
  std::int64_t timers = -1;
};

open_files files_of(int pid) {
  std::error_code error;
  open_files n{0, 0};
  for (fs::directory_iterator at(fmt::format("/proc/{}/fd", pid), error), end; !error && at != end;
       at.increment(error)) {
    ++n.all;
    std::error_code gone;
    n.timers += fs::read_symlink(at->path(), gone) == "anon_inode:[timerfd]" ? 1 : 0;
  }
  return error ? open_files{} : n;
}

/// "ID: 0" begins each; -1 if this kernel does not list them.
std::int64_t posix_timers_of(int pid) {
  const std::string file = fmt::format("/proc/{}/timers", pid);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return -1;
  std::int64_t n = 0;
  const std::string text = '\n' + read_text(file);
  for (std::size_t at = 0; (at = text.find("\nID:", at)) != std::string::npos; ++at) ++n;
  return n;
}

std::int64_t memory_of(int pid) {
  const std::string status = read_text(fmt::format("/proc/{}/status", pid));
  const std::int64_t own = status_bytes(status, "RssAnon");
  return own < 0 ? -1 : own + std::max<std::int64_t>(status_bytes(status, "RssShmem"), 0);
}

void look_into(const std::string& tmp, inventory& i) {
  std::error_code error;
  fs::recursive_directory_iterator at(tmp, fs::directory_options::skip_permission_denied, error);
  if (error) return;
  i.tmp_bytes = i.tmp_entries = 0;
  for (const fs::recursive_directory_iterator end;
       !error && at != end && i.tmp_entries < most_entries; at.increment(error)) {
    ++i.tmp_entries;
    std::error_code gone;
    if (!at->is_symlink(gone) && at->is_regular_file(gone))
      add_known(i.tmp_bytes, static_cast<std::int64_t>(at->file_size(gone)));
  }
}

}  // namespace

inventory inventory_of(std::span<const int> processes, const std::string& tmp) {
  inventory all;
  for (const int pid : processes) {
    add_known(all.memory_bytes, memory_of(pid));
    const open_files files = files_of(pid);
    add_known(all.descriptors, files.all);
    add_known(all.timers, files.timers);
    add_known(all.timers, posix_timers_of(pid));
    const auto threads = static_cast<std::int64_t>(threads_of(pid).size());
    add_known(all.threads, threads > 0 ? threads : -1);
  }
  if (!tmp.empty()) look_into(tmp, all);
  return all;
}

std::string name_of(int pid) {
  std::string name = read_text(fmt::format("/proc/{}/comm", pid));
  if (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

}  // namespace lambdaprof::host
