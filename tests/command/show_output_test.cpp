// SPDX-License-Identifier: Apache-2.0
// `lambdaprof run --show-output`: the log of real functions, as it comes.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "command/teller.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof {

namespace {

const std::string program = std::string(support::binary_dir) + "/lambdaprof";
const std::string crasher = std::string(support::binary_dir) + "/sample-functions/crasher";

/// A function in bash that says which request it serves, on both streams.
const std::string talker = cli::bash_runtime + R"(while true; do
  printf 'GET /%s/next HTTP/1.1\r\nHost: lambda\r\n\r\n' $invocation >&3
  receive
  echo "serving $id"
  echo "noting $id" >&2
  printf 'POST /%s/%s/response HTTP/1.1\r\nHost: lambda\r\nContent-Length: 2\r\n\r\n{}' $invocation "$id" >&3
  receive
done
)";

struct script {
  std::string path = "/tmp/lambdaprof-talker-XXXXXX";
  script() {
    ::close(::mkstemp(path.data()));
    std::ofstream(path) << talker;
    ::chmod(path.c_str(), 0755);
  }
  ~script() { std::filesystem::remove(path); }
};

std::vector<std::string> lines_of(std::FILE* from) {
  std::string text;
  for (int c = 0; (c = std::fgetc(from)) != EOF;) text += static_cast<char>(c);
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// What a run says on standard error.
std::vector<std::string> log_of(const std::string& arguments) {
  std::FILE* err =
      ::popen(fmt::format("{} run {} 2>&1 >/dev/null </dev/null", program, arguments).c_str(), "r");
  std::vector<std::string> lines = lines_of(err);
  ::pclose(err);
  return lines;
}

bool matches(const std::string& line, const std::string& pattern) {
  return std::regex_match(line, std::regex(pattern));
}

}  // namespace

TEST_CASE("the log of a run reads as Lambda's, under the request ids that the function was given") {
  if (::access("/bin/bash", X_OK) != 0) return support::skip("no bash");
  const script function;
  std::vector<std::string> all =
      log_of(function.path + " --show-output --cold 2 --warm 1 --warm-up 0 --memory 1769");
  std::vector<std::string> notes;
  std::erase_if(all, [&](const std::string& line) {
    const bool is_note = line.find(" err] ") != std::string::npos;
    if (is_note) notes.push_back(line);
    return is_note;
  });
  REQUIRE(all.size() == 4 * 4);
  REQUIRE(notes.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string env = std::to_string(i / 2);
    std::smatch start;
    REQUIRE(std::regex_match(
        all[4 * i], start,
        std::regex("\\[" + env + R"(\] START RequestId: ([0-9a-f-]{36}) Version: \$LATEST)")));
    const std::string id = start[1];
    CHECK(all[4 * i + 1] == fmt::format("[{}] serving {}", env, id));
    CHECK(notes[i] == fmt::format("[{} err] noting {}", env, id));
    CHECK(all[4 * i + 2] == fmt::format("[{}] END RequestId: {}", env, id));
    const std::string init = i % 2 == 0 ? R"(Init Duration: \d+\.\d\d ms\t)" : "";
    CHECK_MESSAGE(
        matches(all[4 * i + 3], "\\[" + env + R"(\] REPORT RequestId: )" + id +
                                    R"(\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms)" +
                                    R"(\tMemory Size: 1769 MB\tMax Memory Used: \d+ MB\t)" + init),
        all[4 * i + 3]);
  }
}

TEST_CASE("a function that is killed by its own fault has its status in the log") {
  const std::vector<std::string> all =
      log_of(crasher + " --env CRASH=handler-signal --show-output --cold 1 --warm 0 --warm-up 0");
  REQUIRE(all.size() == 3);
  CHECK_MESSAGE(all[2].ends_with("\tStatus: error\tError Type: Runtime.ExitError"), all[2]);
}

TEST_CASE("the log of a failed init and of its repetition names both") {
  const std::vector<std::string> all =
      log_of(crasher + " --env CRASH=init-error --show-output --cold 1 --warm 0 --warm-up 0");
  REQUIRE(all.size() == 5);
  const std::string failed =
      R"(\[0\] INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: {}\tStatus: error)"
      R"(\tError Type: Function\.SampleInitError)";
  for (const std::size_t i : {0U, 1U}) {
    std::string pattern = failed;
    pattern.replace(pattern.find("{}"), 2, i == 0 ? "init" : "invoke");
    CHECK_MESSAGE(matches(all[i], pattern), all[i]);
  }
  CHECK(all[2].starts_with("[0] START "));
  CHECK(all[4].ends_with("\tError Type: Function.SampleInitError"));
  CHECK(all[4].find("Init Duration") == std::string::npos);
}

TEST_CASE("the log comes while the run is under way, and what was interrupted has no end") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], 2);
    ::close(ends[0]);
    ::close(ends[1]);
    ::close(1);
    ::execl(program.c_str(), "lambdaprof", "run", crasher.c_str(), "--env", "CRASH=handler-hang",
            "--timeout", "15m", "--show-output", "--progress", "never", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::FILE* err = ::fdopen(ends[0], "r");
  // The function hangs, so that nothing but the run under way can say this.
  char first[256] = {};
  REQUIRE(std::fgets(first, sizeof first, err) != nullptr);
  CHECK_MESSAGE(std::string_view(first).starts_with("[0] START RequestId: "), first);
  ::kill(pid, SIGINT);
  CHECK(lines_of(err).empty());
  std::fclose(err);
  int raw = 0;
  ::waitpid(pid, &raw, 0);
  CHECK((WIFEXITED(raw) && WEXITSTATUS(raw) == 130));
}

}  // namespace lambdaprof
