// SPDX-License-Identifier: Apache-2.0
// What functions on the official clients write, and how those that heed SIGTERM end.
#include <csignal>

#include "sandbox/official.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using support::lines_of;
using support::log_of;
using support::missing;
using support::official;
namespace fact = journal::fact;

namespace {

template <class Fact>
std::vector<std::pair<instant, Fact>> all(const journal::journal& log) {
  std::vector<std::pair<instant, Fact>> found;
  for (const auto& e : log.entries())
    if (const auto* f = std::get_if<Fact>(&e.what)) found.push_back({e.at, *f});
  return found;
}

constexpr const char* registration =
    "EXTENSION\tName: GoLangEnableSIGTERM\tState: Ready\tEvents: []\n";

}  // namespace

TEST_CASE("what Python prints and logs is in the log, with levels, times and request ids") {
  if (const auto reason = missing({"client-python"})) return support::skip(*reason);
  official t("client-python", "log");
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 2);
  for (const auto& i : line.invocations) {
    CHECK_MESSAGE(i.is_success(), i.error);
    CHECK(i.response_bytes == std::string_view(R"({"message": "hello from python"})").size());
  }
  std::string expected = "[INFO]\tTIME\t\tinformed at init\n";
  for (const std::string id : {"#0", "#1"})
    expected += lines_of(id, "printed\nprinted on\ntwo lines\n[INFO]\tTIME\t" + id +
                                 "\tinformed\n[WARNING]\tTIME\t" + id + "\twarned\n");
  CHECK(log_of(t.log) == expected);
}

TEST_CASE("Go that heeds SIGTERM prints at the end, and is killed when its time is over") {
  if (const auto reason = missing({"client-go"})) return support::skip(*reason);
  official t("client-go", "sigterm");
  const auto line = t.run();
  REQUIRE(line.environments.size() == 1);
  const auto& e = line.environments[0];
  for (const auto& i : line.invocations) CHECK_MESSAGE(i.is_success(), i.error);
  REQUIRE(e.extensions.size() == 1);
  CHECK(e.extensions[0].name == "GoLangEnableSIGTERM");
  CHECK_FALSE(e.extensions[0].is_external);
  CHECK_FALSE(e.extensions[0].wants_invoke);
  CHECK(e.exit_signal == SIGKILL);
  const auto began = all<fact::shutdown_began>(t.log);
  const auto exited = all<fact::exited>(t.log);
  REQUIRE(began.size() == 1);
  REQUIRE(exited.size() == 1);
  CHECK(exited[0].first - began[0].first >= 500ms);
  CHECK(log_of(t.log) == registration + lines_of("#0") + lines_of("#1") + "flushed at SIGTERM\n");
}

TEST_CASE("Go that exits at SIGTERM is not waited for") {
  if (const auto reason = missing({"client-go"})) return support::skip(*reason);
  official t("client-go", "sigterm-exit");
  const auto line = t.run();
  REQUIRE(line.environments.size() == 1);
  for (const auto& i : line.invocations) CHECK_MESSAGE(i.is_success(), i.error);
  CHECK(line.environments[0].exit_signal == 0);
  CHECK(line.environments[0].exit_status == 0);
  CHECK(log_of(t.log) == registration + lines_of("#0") + lines_of("#1") + "flushed at SIGTERM\n");
}

TEST_CASE("Go that does not heed SIGTERM is killed at once, without a shutdown") {
  if (const auto reason = missing({"hello-go"})) return support::skip(*reason);
  official t("hello-go");
  const auto line = t.run();
  REQUIRE(line.environments.size() == 1);
  CHECK(line.environments[0].exit_signal == SIGKILL);
  CHECK(line.environments[0].extensions.empty());
  CHECK(all<fact::shutdown_began>(t.log).empty());
}

}  // namespace lambdaprof
