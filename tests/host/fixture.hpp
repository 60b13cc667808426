// SPDX-License-Identifier: Apache-2.0
// Real processes and real files for the tests of host: a folder that goes away, a command and what
// came of it, and a look at which processes are there.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/child.hpp"
#include "host/clock.hpp"
#include "host/launcher.hpp"
#include "host/pipe_lines.hpp"
#include "host/proc.hpp"

namespace lambdaprof::host::testing {

namespace fs = std::filesystem;

/// An empty folder, gone at the end of the test.
class folder {
 public:
  folder() {
    std::string name = (fs::temp_directory_path() / "lambdaprof-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() { fs::remove_all(path_); }

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

  /// Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& content, int mode = 0644) const {
    const std::string path = *this / name;
    std::ofstream(path, std::ios::binary) << content;
    fs::permissions(path, static_cast<fs::perms>(mode));
    return path;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(path_))
      found.push_back(entry.path().filename().string());
    return found;
  }

 private:
  fs::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A started command: its lines of output as they come, and its end.
class command {
 public:
  explicit command(std::vector<std::string> words,
                   std::vector<std::string> environment = {"PATH=/usr/bin:/bin"},
                   std::string directory = "/") {
    auto ends = make_pipe();
    REQUIRE(ends);
    auto outcome = launch({std::move(words), std::move(environment), std::move(directory),
                           ends->write.number(), ends->write.number()},
                          time_);
    ends->write.close();
    if (const auto* error = std::get_if<launch_error>(&outcome)) FAIL(error->step);
    process.emplace(loop, std::move(std::get<launched>(outcome)));
    process->on_exit([this](const exit_report& report) { end = report; });
    output_.emplace(loop, std::move(ends->read), time_,
                    [this](instant, std::string_view line) { lines.emplace_back(line); });
  }
  static command shell(const std::string& script) { return command({"/bin/sh", "-c", script}); }

  /// Runs the loop until this holds; the test fails if nothing more can happen before it does.
  void until(const std::function<bool()>& holds) {
    loop.restart();
    while (!holds() && loop.run_one() > 0) {
    }
    REQUIRE(holds());
  }
  const exit_report& finish() {
    until([this] { return end && output_->has_ended(); });
    return *end;
  }

  boost::asio::io_context loop{1};
  std::vector<std::string> lines;
  std::optional<exit_report> end;
  std::optional<child> process;

 private:
  clock time_;
  std::optional<pipe_lines> output_;
};

/// Asks again and again, for ten seconds at most: for what the kernel does in its own time.
inline bool eventually(const std::function<bool()>& holds) {
  for (int looks = 0; looks < 5000; ++looks) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return holds();
}

/// Living processes with this "NAME=value" in the environment they were started with.
inline std::vector<int> processes_with(const std::string& variable) {
  std::vector<int> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string block = '\0' + read_text("/proc/" + name + "/environ");
    if (block.find('\0' + variable + '\0') != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

/// A variable that no other test run has.
inline std::string unique_mark() {
  static int marks = 0;
  return fmt::format("LAMBDAPROF_TEST_MARK={}-{}", ::getpid(), ++marks);
}

/// This process gets the orphans of its descendants, as lambdaprof does.
inline void adopt_orphans() {
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
}

}  // namespace lambdaprof::host::testing
