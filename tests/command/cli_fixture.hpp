// SPDX-License-Identifier: Apache-2.0
// The built program as a user calls it: through the shell or in the background, in a folder that is
// gone afterwards.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/places.hpp"

namespace lambdaprof::cli {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline const std::string program = std::string(support::binary_dir) + "/lambdaprof";
inline const std::string samples = std::string(support::binary_dir) + "/sample-functions";

/// A folder of its own that is gone afterwards; whoever leaves a file in it is found out.
struct folder {
  fs::path path;
  folder() {
    std::string name = "/tmp/lambdaprof-cli-XXXXXX";
    path = ::mkdtemp(name.data());
  }
  ~folder() { fs::remove_all(path); }
  std::string file(const std::string& name, const std::string& content, int mode = 0644) const {
    std::ofstream(path / name) << content;
    ::chmod((path / name).c_str(), static_cast<mode_t>(mode));
    return (path / name).string();
  }
  std::string at(const std::string& name) const { return (path / name).string(); }
  std::size_t entries() const {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& e : fs::directory_iterator(path)) ++n;
    return n;
  }
};

inline std::string content(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct outcome {
  int status = -1;
  std::string out;
  std::string err;
};

/// A folder that commands know as $F.
struct workplace : folder {
  workplace() { ::setenv("F", path.c_str(), 1); }
  nlohmann::json json(const std::string& name) const {
    return nlohmann::json::parse(content(at(name)));
  }
};

/// Through the shell, with the program as $L and the samples as $S.
inline outcome run(const std::string& command) {
  const folder f;
  const std::string line = fmt::format("L={} S={}; ({}) >{} 2>{} </dev/null", program, samples,
                                       command, f.at("out"), f.at("err"));
  const int raw = std::system(line.c_str());
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), content(f.at("out")),
          content(f.at("err"))};
}

inline std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Whether any process has this mark in its environment.
inline bool is_alive(const std::string& mark) {
  for (const auto& p : fs::directory_iterator("/proc")) {
    std::ifstream in(p.path() / "environ", std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (contains(text.str(), mark)) return true;
  }
  return false;
}

inline bool becomes(bool wanted, const std::string& mark) {
  for (int i = 0; i < 1000; ++i) {
    if (is_alive(mark) == wanted) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

/// Starts the program in the background.
inline pid_t start(std::vector<std::string> arguments, const std::string& err) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    const int log = ::open(err.c_str(), O_WRONLY | O_CREAT, 0644);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::dup2(log, 2);
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  return pid;
}

inline int status_of(pid_t pid) {
  int raw = 0;
  ::waitpid(pid, &raw, 0);
  return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

/// Bad usage: one line, nothing on standard output.
inline void check_refused(const std::string& command, std::string_view part) {
  CAPTURE(command);
  const outcome o = run(command);
  CHECK(o.status == 2);
  CHECK(o.out.empty());
  CHECK_MESSAGE(lines_of(o.err) == 1, o.err);
  CHECK_MESSAGE(contains(o.err, part), o.err);
  CHECK(o.err.starts_with("lambdaprof: "));
}

}  // namespace lambdaprof::cli
