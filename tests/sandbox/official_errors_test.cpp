// SPDX-License-Identifier: Apache-2.0
// How errors of functions on the official clients look to the invoker and in the log.
#include "sandbox/official.hpp"

namespace lambdaprof {

using journal::outcome;
using journal::start_kind;
using support::error_of;
using support::lines_of;
using support::log_of;
using support::missing;
using support::official;
using support::said_by;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

/// What Lambda writes of an init that fails twice, and of the event that pays for the second.
std::string lines_of_failed_init(const std::string& type) {
  const std::string status = "\tStatus: error\tError Type: " + type + "\n";
  return "INIT_REPORT Phase: init" + status + "INIT_REPORT Phase: invoke" + status +
         "START RequestId: #0 Version: $LATEST\nEND RequestId: #0\nREPORT RequestId: #0" + status;
}

bool is_listed(const nlohmann::json& error, const char* key) {
  return error.contains(key) && error[key].is_array() && !error[key].empty();
}

/// Of both invocations: the first is cold, the second finds the process as it was.
void check_refused_order(const analysis::timeline& line, const std::string& message) {
  REQUIRE(line.invocations.size() == 2);
  for (const auto& i : line.invocations) {
    CHECK(i.how == outcome::function_error);
    CHECK(error_of(i)["errorType"] == "OrderRefused");
    CHECK(error_of(i)["errorMessage"] == message);
    CHECK(i.error_type == "Runtime.Unknown");
  }
  CHECK(line.invocations[0].start == start_kind::cold);
  CHECK(line.invocations[1].start == start_kind::warm);
  CHECK(line.environments[0].attempts == 1);
  CHECK(line.refusals.empty());
}

}  // namespace

TEST_CASE("an error that a Go handler returns reaches the invoker, and the process lives on") {
  if (const auto reason = missing({"client-go"})) return support::skip(*reason);
  official t("client-go", "error");
  const auto line = t.run();
  check_refused_order(line, "order 7 refused");
  const std::string error = R"({"errorMessage":"order 7 refused","errorType":"OrderRefused"})";
  CHECK(line.invocations[0].error == error);
  CHECK(log_of(t.log) ==
        lines_of("#0", "TIME " + error + "\n") + lines_of("#1", "TIME " + error + "\n"));
}

TEST_CASE("a panic in Go reaches the invoker with its trace, and the next event pays for an init") {
  if (const auto reason = missing({"client-go"})) return support::skip(*reason);
  official t("client-go", "panic");
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 2);
  for (const auto& i : line.invocations) {
    CHECK(i.how == outcome::function_error);
    CHECK(error_of(i)["errorMessage"] == "out of paper");
    CHECK(error_of(i)["errorType"] == "string");
    CHECK(is_listed(error_of(i), "stackTrace"));
  }
  CHECK(line.invocations[0].start == start_kind::cold);
  CHECK(line.invocations[1].start == start_kind::suppressed);
  REQUIRE(line.environments.size() == 1);
  CHECK(line.environments[0].attempts == 2);
  CHECK(line.refusals.empty());
  CHECK(contains(log_of(t.log),
                 "TIME calling the handler function resulted in a panic, the process should exit\n"
                 "END RequestId: #0\n"));
  CHECK(log_of(t.log, said_by::lambda) == lines_of("#0") + lines_of("#1"));
}

TEST_CASE("an error that a Python handler raises reaches the invoker, and the process lives on") {
  if (const auto reason = missing({"client-python"})) return support::skip(*reason);
  official t("client-python", "raise");
  const auto line = t.run();
  check_refused_order(line, "order 7 refused");
  CHECK(is_listed(error_of(line.invocations[0]), "stackTrace"));
  CHECK(log_of(t.log, said_by::lambda) == lines_of("#0") + lines_of("#1"));
  // The client keeps a trace together with carriage returns.
  CHECK(contains(log_of(t.log),
                 "#0 Version: $LATEST\n[ERROR] OrderRefused: order 7 refused\r"
                 "Traceback (most recent call last):\r"));
}

TEST_CASE("what Python raises at import is the payload of the event that pays for the init") {
  if (const auto reason = missing({"client-python"})) return support::skip(*reason);
  official t("client-python", "raise-at-import");
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  REQUIRE(line.environments.size() == 1);
  CHECK(line.invocations[0].how == outcome::init_error);
  CHECK(error_of(line.invocations[0])["errorType"] == "OrderRefused");
  CHECK(error_of(line.invocations[0])["errorMessage"] == "order 7 refused");
  CHECK(line.environments[0].init_error_type == "Runtime.Unknown");
  CHECK(line.environments[0].attempts == 2);
  CHECK(log_of(t.log, said_by::lambda) == lines_of_failed_init("Runtime.Unknown"));
  CHECK(contains(log_of(t.log), "\n[ERROR] OrderRefused: order 7 refused\rTraceback "));
}

TEST_CASE("a module that Python misses is named to the invoker, and its type in the log") {
  if (const auto reason = missing({"client-python"})) return support::skip(*reason);
  official t("client-python", "import-missing");
  t.plan = {load::sequential{1}};
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 1);
  REQUIRE(line.environments.size() == 1);
  CHECK(line.invocations[0].how == outcome::init_error);
  const auto error = error_of(line.invocations[0]);
  CHECK(error["errorType"] == "Runtime.ImportModuleError");
  CHECK(error["errorMessage"] == "Unable to import module 'app': No module named 'no_such_module'");
  CHECK(line.environments[0].init_error_type == "Runtime.ImportModuleError");
  CHECK(log_of(t.log, said_by::lambda) == lines_of_failed_init("Runtime.ImportModuleError"));
}

TEST_CASE("an error that a Node handler throws reaches the invoker, and the process lives on") {
  if (const auto reason = missing({"client-node"})) return support::skip(*reason);
  official t("client-node", "error");
  const auto line = t.run();
  check_refused_order(line, "order 7 refused");
  CHECK(is_listed(error_of(line.invocations[0]), "trace"));
  CHECK(log_of(t.log, said_by::lambda) == lines_of("#0") + lines_of("#1"));
  CHECK(contains(log_of(t.log), "#1 Version: $LATEST\nTIME\t#1\tERROR\tInvoke Error \t{"));
}

}  // namespace lambdaprof
