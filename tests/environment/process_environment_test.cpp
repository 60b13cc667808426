// SPDX-License-Identifier: Apache-2.0
#include "environment/process_environment.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace lambdaprof;
using environment::function;

namespace {

using table = std::map<std::string, std::string>;

function sample() {
  function f;
  f.name = "greeter";
  f.directory = "/srv/greeter";
  f.handler = "main.greet";
  f.memory_mb = 512;
  return f;
}

table seen_by(const function& f) {
  table seen;
  for (const std::string& line : environment::variables_for(
           f, environment::capacity::on_demand, "127.0.0.1:4711", "2026/01/31/[$LATEST]0123")) {
    const auto equals = line.find('=');
    REQUIRE(equals != std::string::npos);
    const bool is_new = seen.emplace(line.substr(0, equals), line.substr(equals + 1)).second;
    CHECK_MESSAGE(is_new, line, " comes twice");
  }
  return seen;
}

}  // namespace

TEST_CASE("a process sees the variables that provided.al2023 has, and no other") {
  const table expected{
      {"AWS_ACCESS_KEY_ID", "test"},
      {"AWS_DEFAULT_REGION", "us-east-1"},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"},
      {"AWS_LAMBDA_FUNCTION_NAME", "greeter"},
      {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/greeter"},
      {"AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/31/[$LATEST]0123"},
      {"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:4711"},
      {"AWS_REGION", "us-east-1"},
      {"AWS_SECRET_ACCESS_KEY", "test"},
      {"AWS_SESSION_TOKEN", "test"},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"},
      {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
      {"LAMBDA_TASK_ROOT", "/srv/greeter"},
      {"LANG", "en_US.UTF-8"},
      {"LD_LIBRARY_PATH",
       "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/srv/greeter:"
       "/srv/greeter/lib:/opt/lib"},
      {"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
      {"TZ", ":UTC"},
      {"_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1"},
      {"_AWS_XRAY_DAEMON_PORT", "2000"},
      {"_HANDLER", "main.greet"},
  };
  CHECK(seen_by(sample()) == expected);
}

TEST_CASE("a provisioned environment is told so, and so are its extensions") {
  const function f = sample();
  const std::string line = "AWS_LAMBDA_INITIALIZATION_TYPE=provisioned-concurrency";
  const auto has_it = [&](const std::vector<std::string>& all) {
    return std::find(all.begin(), all.end(), line) != all.end();
  };
  using environment::capacity;
  CHECK(has_it(environment::variables_for(f, capacity::provisioned, "127.0.0.1:1", "")));
  CHECK(has_it(environment::extension_variables_for(f, capacity::provisioned, "127.0.0.1:1")));
  CHECK_FALSE(has_it(environment::variables_for(f, capacity::on_demand, "127.0.0.1:1", "")));
}

TEST_CASE("a variable of the customer's is passed on, its last value if it is given twice") {
  function f = sample();
  f.variables = {{"MODE", "a=b c"}, {"EMPTY", ""}, {"TWICE", "1"}, {"TWICE", "2"}};
  const table seen = seen_by(f);
  CHECK(seen.at("MODE") == "a=b c");
  CHECK(seen.at("EMPTY").empty());
  CHECK(seen.at("TWICE") == "2");
}

TEST_CASE("the customer overrides what Lambda does not reserve") {
  for (const char* name : {"LANG", "PATH", "LD_LIBRARY_PATH", "TZ", "AWS_XRAY_CONTEXT_MISSING",
                           "AWS_XRAY_DAEMON_ADDRESS"}) {
    function f = sample();
    f.variables = {{name, "mine"}};
    CAPTURE(name);
    CHECK_FALSE(environment::is_reserved(name));
    CHECK(seen_by(f).at(name) == "mine");
  }
}

TEST_CASE("the customer cannot override or add what Lambda reserves") {
  const table plain = seen_by(sample());
  for (const auto& [name, value] : plain) {
    if (!environment::is_reserved(name)) continue;
    function f = sample();
    f.variables = {{name, "mine"}};
    CAPTURE(name);
    CHECK(seen_by(f) == plain);
  }
  for (const char* name : {"AWS_EXECUTION_ENV", "AWS_ACCESS_KEY", "_X_AMZN_TRACE_ID", "_MINE",
                           "_AWS_XRAY_DAEMON_PORT", "_"}) {
    function f = sample();
    f.variables = {{name, "mine"}};
    CAPTURE(name);
    CHECK(seen_by(f) == plain);
  }
}

TEST_CASE("the ARN names the function without a qualifier") {
  CHECK(environment::function_arn(sample()) ==
        "arn:aws:lambda:us-east-1:012345678912:function:greeter");
}

TEST_CASE(
    "a trace of the start is asked of Go, Python and the loader, beside what they were told") {
  function f = sample();
  f.variables = {{"GODEBUG", "gctrace=1"}, {"LD_DEBUG", "libs"}};
  CHECK_FALSE(seen_by(f).contains("PYTHONPROFILEIMPORTTIME"));
  f.traces_init = true;
  table seen = seen_by(f);
  CHECK(seen["GODEBUG"] == "gctrace=1,inittrace=1");
  CHECK(seen["PYTHONPROFILEIMPORTTIME"] == "1");
  CHECK(seen["LD_DEBUG"] == "statistics");
  CHECK(seen["AWS_REGION"] == "us-east-1");
  f.variables.clear();
  CHECK(seen_by(f)["GODEBUG"] == "inittrace=1");
  for (const std::string& line :
       environment::extension_variables_for(f, environment::capacity::on_demand, "127.0.0.1:4711"))
    CHECK_FALSE(line.starts_with("LD_DEBUG="));
}
