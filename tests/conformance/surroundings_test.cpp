// SPDX-License-Identifier: Apache-2.0
// Checklist 46 to 48: what a process finds around it. The values are those recorded from
// provided.al2023 in January 2026 (lambda-protocol §2.1); the task root is where the function is.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <regex>
#include <sstream>

#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using table = std::map<std::string, std::string>;

table variables_of(puppet& p) {
  std::istringstream lines(p.ask("variables"));
  table all;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    CHECK(all.emplace(line.substr(0, equals), line.substr(equals + 1)).second);
  }
  return all;
}

scene greeter() {
  scene s;
  auto& f = s.settings.function;
  f.name = "greeter";
  f.handler = "main.greet";
  f.memory_mb = 512;
  return s;
}

}  // namespace

TEST_CASE("46 A: a process has the variables of provided.al2023, and no other") {
  const scene s = greeter();
  const std::string root = s.settings.function.directory;
  stage st(s);
  puppet& p = st.process();
  const table found = variables_of(p);
  const std::string any = ".+";
  const std::map<std::string, std::string> expected{
      {"_HANDLER", "main\\.greet"},
      {"AWS_LAMBDA_RUNTIME_API", fmt::format("127\\.0\\.0\\.1:{}", p.port())},
      {"AWS_LAMBDA_FUNCTION_NAME", "greeter"},
      {"AWS_LAMBDA_FUNCTION_VERSION", "\\$LATEST"},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/greeter"},
      {"AWS_LAMBDA_LOG_STREAM_NAME", "20\\d\\d/\\d\\d/\\d\\d/\\[\\$LATEST\\][0-9a-f]{32}"},
      {"AWS_REGION", "us-east-1"},
      {"AWS_DEFAULT_REGION", "us-east-1"},
      {"AWS_ACCESS_KEY_ID", any},
      {"AWS_SECRET_ACCESS_KEY", any},
      {"AWS_SESSION_TOKEN", any},
      {"AWS_XRAY_DAEMON_ADDRESS", "169\\.254\\.100\\.1:2000"},
      {"_AWS_XRAY_DAEMON_ADDRESS", "169\\.254\\.100\\.1"},
      {"_AWS_XRAY_DAEMON_PORT", "2000"},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"LAMBDA_TASK_ROOT", root},
      {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
      {"LANG", "en_US\\.UTF-8"},
      {"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
      {"LD_LIBRARY_PATH",
       fmt::format(
           "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:{0}:{0}/lib:/opt/lib",
           root)},
      {"TZ", ":UTC"},
      {"PUPPET_STRINGS", any},  // the customer's
  };
  for (const auto& one : expected) {
    const std::string& name = one.first;
    CAPTURE(name);
    REQUIRE(found.contains(name));
    CHECK_MESSAGE(std::regex_match(found.at(name), std::regex(one.second)), found.at(name));
  }
  // Among them AWS_EXECUTION_ENV, which provided runtimes lack, and HOME, PWD, USER and SHLVL.
  for (const auto& one : found) CHECK_MESSAGE(expected.contains(one.first), one.first);
  st.end();
}

TEST_CASE("47 R: the customer overrides what is not reserved, and nothing else") {
  stage plain(greeter());
  const table before = variables_of(plain.process());
  plain.end();

  scene s = greeter();
  auto& variables = s.settings.function.variables;
  // DOC: the reserved ones; AWS_XRAY_…, LANG, PATH and LD_LIBRARY_PATH are not.
  for (const char* name :
       {"_HANDLER", "AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_EXECUTION_ENV", "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR", "_X_AMZN_TRACE_ID"})
    variables.emplace_back(name, "mine");
  const std::vector<std::string> free{"LANG", "PATH", "LD_LIBRARY_PATH", "AWS_XRAY_CONTEXT_MISSING",
                                      "AWS_XRAY_DAEMON_ADDRESS"};
  for (const std::string& name : free) variables.emplace_back(name, "mine");
  stage st(s);
  table after = variables_of(st.process());
  st.end();

  for (const std::string& name : free) {
    CAPTURE(name);
    CHECK(after[name] == "mine");
    after[name] = before.at(name);
  }
  // What differs between two stages.
  for (const char* name : {"AWS_LAMBDA_RUNTIME_API", "PUPPET_STRINGS"}) {
    CHECK(after.at(name) != "mine");
    after[name] = before.at(name);
  }
  CHECK(after == before);
}

TEST_CASE("48 A: a process starts in the task root, without arguments, and knows its handler") {
  const scene s = greeter();
  stage st(s);
  puppet& p = st.process();
  CHECK(p.ask("directory") == s.settings.function.directory);
  CHECK(p.ask("arguments") == "1");  // its own name
  CHECK(variables_of(p).at("_HANDLER") == "main.greet");
  st.end();
}

}  // namespace lambdaprof
