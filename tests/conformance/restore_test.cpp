// SPDX-License-Identifier: Apache-2.0
// Checklist 27 and 28, and what else a SnapStart function can ask for.
#include <doctest/doctest.h>

#include <chrono>

#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using journal::outcome;

std::string restore_next() {
  return request("GET", std::string(runtime_api) + "/restore/next");
}
std::string restore_error(std::string_view body) {
  return post(std::string(runtime_api) + "/restore/error", body,
              "Lambda-Runtime-Function-Error-Type: Runtime.AfterRestoreError\r\n");
}

scene snap_start(std::uint32_t events = 1) {
  scene s(events);
  s.settings.function.snap_start = true;
  return s;
}

}  // namespace

TEST_CASE("27 R: restore/next is there for SnapStart alone, waits, and gives 200 without a body") {
  stage plain;
  const runtime p = plain.runtime();
  // RIE does not mount the routes: as any other unknown path.
  CHECK(p.line.call(restore_next()).status == 404);
  CHECK(p.line.call(restore_error("{}")).status == 404);
  p.serve();
  plain.end(1);

  scene s = snap_start();
  s.add_extension("alpha");
  stage st(std::move(s));
  extension alpha = st.extension("alpha");
  alpha.enter("[]");
  const runtime r = st.runtime();
  r.line.send(restore_next());
  // The snapshot is of everything that runs: it waits for whoever is not ready.
  CHECK(r.line.is_silent_for(100ms));
  alpha.park();
  const reply restored = r.line.read();
  CHECK(restored.status == 200);
  CHECK(restored.body.empty());
  r.serve();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
  CHECK(st.seen().environments[0].restore_time().has_value());
}

TEST_CASE("28 R: restore/next after an invocation is refused with 403") {
  stage st(snap_start());
  const runtime r = st.runtime();
  REQUIRE(r.line.call(restore_next()).status == 200);
  // Nor is it twice.
  check_wrong_state(r.line.call(restore_next()), "Restoring", "RestoreReady");
  const event e = r.next();
  check_wrong_state(r.line.call(restore_next()), "Running", "RestoreReady");
  check_accepted(r.respond(e));
  check_wrong_state(r.line.call(restore_next()), "RuntimeResponseSentState", "RestoreReady");
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

TEST_CASE("an error of the hooks after a restore is what the invoker gets, by either path") {
  const std::string body = R"({"errorType":"Hook"})";
  // RIE takes /init/error for the other while it restores.
  for (const bool by_init_error : {false, true}) {
    CAPTURE(by_init_error);
    stage st(snap_start());
    for (int attempt = 0; attempt < 2; ++attempt) {
      const runtime r = st.runtime();
      REQUIRE(r.line.call(restore_next()).status == 200);
      check_accepted(by_init_error ? r.init_error(body) : r.line.call(restore_error(body)));
      r.process.order("exit 65");
    }
    st.end(1);
    CHECK(st.error(0) == body);
    CHECK(st.seen().environments[0].init == outcome::success);
    CHECK(st.seen().environments[0].restore == outcome::restore_error);
  }
}

TEST_CASE("a SnapStart function gets its keys from the endpoint that its variables name") {
  stage st(snap_start());
  const runtime r = st.runtime();
  const std::string variables = r.process.ask("variables");
  CHECK(variables.find("AWS_ACCESS_KEY_ID=") == std::string::npos);
  const std::string start = "AWS_CONTAINER_AUTHORIZATION_TOKEN=";
  const auto at = variables.find(start);
  REQUIRE(at != std::string::npos);
  const auto from = at + start.size();
  const std::string token = variables.substr(from, variables.find('\n', from) - from);
  const std::string path = "/2021-04-23/credentials";
  CHECK(r.line.call(request("GET", path)).status == 404);
  CHECK(r.line.call(request("GET", path, "Authorization: no\r\n")).status == 404);
  const reply keys = r.line.call(request("GET", path, "Authorization: " + token + "\r\n"));
  CHECK(keys.status == 200);
  const nlohmann::json body = parsed(keys.body);
  for (const char* key : {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"})
    CHECK_MESSAGE(!body.value(key, "").empty(), key);
  r.serve();
  st.end(1);
}

}  // namespace lambdaprof
