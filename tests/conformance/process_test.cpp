// SPDX-License-Identifier: Apache-2.0
// Checklist 40 to 45 and 49: how a process starts, ends and is replaced.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "conformance/answers.hpp"
#include "conformance/place.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "host/run_folder.hpp"
#include "host/view.hpp"
#include "support/skip.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using journal::outcome;
using journal::start_kind;
namespace fs = std::filesystem;

/// A bootstrap that is no program.
std::string payload_of(const place& where, std::string_view text, fs::perms rights) {
  const std::string path = where.path + "/bootstrap";
  std::ofstream(path) << text;
  fs::permissions(path, rights);
  scene s;
  s.settings.function.command = {path};
  stage st(s);
  st.end(1);
  CHECK(st.seen().invocations[0].how == outcome::launch_error);
  return st.error(0);
}

}  // namespace

TEST_CASE("40 A: a bootstrap that cannot be executed is an invalid entry point") {
  const place where;
  const std::string path = where.path + "/bootstrap";
  stage st;
  const std::string id = st.id_of(0);
  st.process();
  st.end();
  // REC: the words of Go's runtime.
  check_platform_error(payload_of(where, "no program\n", fs::perms::owner_all),
                       "Runtime.InvalidEntrypoint", id,
                       "fork/exec " + path + ": exec format error");
  check_platform_error(payload_of(where, "#!/no/such/interpreter\n", fs::perms::owner_all),
                       "Runtime.InvalidEntrypoint", id,
                       "fork/exec " + path + ": no such file or directory");
  // Unconfirmed: no recording of this one.
  check_platform_error(payload_of(where, "#!/bin/sh\n", fs::perms::owner_read),
                       "Runtime.InvalidEntrypoint", id,
                       "fork/exec " + path + ": permission denied");
}

TEST_CASE("41 A: a process that exits with 0 in its init gave no reason") {
  stage st;
  // The init is repeated inside the invocation: the invoker gets the error of the second one.
  for (int attempt = 0; attempt < 2; ++attempt) st.process().order("exit 0");
  st.end(1);
  check_platform_error(st.error(0), "Runtime.ExitError", st.id_of(0),
                       "Runtime exited without providing a reason");
  CHECK(st.seen().environments[0].init == outcome::exited);
}

TEST_CASE("42 A: a process that exits with 7 in its handler is told by its status") {
  stage st;
  const runtime r = st.runtime();
  r.next();
  r.process.order("exit 7");
  st.end(1);
  check_platform_error(st.error(0), "Runtime.ExitError", st.id_of(0),
                       "Runtime exited with error: exit status 7");
}

TEST_CASE("43 R: a process that is killed is told by its signal") {
  stage st(scene(2));
  const runtime first = st.runtime();
  first.next();
  first.process.order(fmt::format("raise {}", SIGKILL));
  const runtime second = st.runtime();
  second.next();
  ::kill(second.process.pid(), SIGKILL);
  st.end(2);
  for (const std::uint32_t i : {0U, 1U})
    check_platform_error(st.error(i), "Runtime.ExitError", st.id_of(i),
                         "Runtime exited with error: signal: killed");
}

TEST_CASE("44 A: after a crash a new process serves the next event, and finds /tmp as it was") {
  const place where;
  const auto folder = host::run_folder::make(where.path);
  REQUIRE(folder);
  scene s(2);
  const auto& function = s.settings.function;
  auto views = host::view_site::open(*folder, {function.directory, function.command});
  if (!views.abilities().own_tmp.can) return support::skip(views.abilities().own_tmp.why_not);
  s.held.views = &views;
  stage st(s);
  const runtime first = st.runtime();
  CHECK(first.process.ask("read /tmp/kept") == "none");
  first.process.ask("write /tmp/kept by the first");
  const int old_pid = first.process.pid();
  first.next();
  first.process.order("exit 1");
  const runtime second = st.runtime();
  CHECK(second.process.pid() != old_pid);
  CHECK(second.process.port() == first.process.port());
  CHECK(second.process.ask("read /tmp/kept") == "by the first");
  second.serve();
  st.end(2);
  CHECK(st.seen().environments.size() == 1);
  CHECK(st.seen().invocations[1].is_success());
  CHECK(st.seen().invocations[1].start == start_kind::suppressed);
}

TEST_CASE("45 A: after a reported error the same process serves the next event") {
  stage st(scene(2));
  const runtime r = st.runtime();
  check_accepted(r.fail(r.next(), R"({"errorType":"Function.No"})"));
  r.serve();
  st.end(2);
  CHECK(st.seen().invocations[0].how == outcome::function_error);
  CHECK(st.seen().invocations[1].is_success());
  CHECK(st.seen().invocations[1].start == start_kind::warm);
  CHECK(st.seen().environments[0].attempts == 1);
}

TEST_CASE("49 R: the children of a process die with it") {
  stage st(scene(2));
  const runtime first = st.runtime();
  const int child_of_first = std::stoi(first.process.ask("fork"));
  first.next();
  first.process.order("exit 1");
  const runtime second = st.runtime();
  CHECK(is_dead(child_of_first));
  const int child_of_second = std::stoi(second.process.ask("fork"));
  second.serve();
  st.end(2);
  CHECK(is_dead(child_of_second));
}

}  // namespace lambdaprof
