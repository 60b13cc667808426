// SPDX-License-Identifier: Apache-2.0
// Checklist 53 to 58 and 68: who may register as an extension, when, and for what.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>

#include "conformance/answers.hpp"
#include "conformance/extension.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "wire/launch_reason.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
using namespace std::chrono_literals;
using journal::outcome;
namespace fact = journal::fact;

scene with(const std::vector<std::string>& extensions, std::uint32_t events = 1) {
  scene s(events);
  for (const std::string& name : extensions) s.add_extension(name);
  return s;
}

std::vector<std::string> numbered(int how_many) {
  std::vector<std::string> names;
  for (int i = 0; i < how_many; ++i) names.push_back(fmt::format("extension-{}", i));
  return names;
}

}  // namespace

TEST_CASE("53 R: registering answers 200 with an identifier and what function it is") {
  scene s = with({"alpha"});
  s.settings.function.name = "greeter";
  s.settings.function.handler = "a.b";
  stage st(std::move(s));
  extension alpha = st.extension("alpha");
  const reply r = alpha.enroll(R"({"events":["INVOKE"]})");
  CHECK(r.status == 200);
  CHECK(r.header("Content-Type") == "application/json");
  CHECK(is_uuid(alpha.identifier));
  CHECK(parsed(r.body) == nlohmann::json{{"functionName", "greeter"},
                                         {"functionVersion", "$LATEST"},
                                         {"handler", "a.b"}});
  st.end();
}

TEST_CASE("54 R: the account id comes with the feature alone") {
  stage st(with({"alpha", "beta"}));
  extension alpha = st.extension("alpha");
  extension beta = st.extension("beta");
  const reply with_it = alpha.enroll(R"({"events":[]})",
                                     "Lambda-Extension-Accept-Feature: somethingNew,accountId\r\n");
  // RIE's account.
  CHECK(parsed(with_it.body).value("accountId", "") == "012345678912");
  const reply without =
      beta.enroll(R"({"events":[]})", "Lambda-Extension-Accept-Feature: somethingNew\r\n");
  CHECK(without.status == 200);
  CHECK(!parsed(without.body).contains("accountId"));
  st.end();
}

TEST_CASE("55 R: an extension without a name is refused") {
  stage st(with({"alpha"}));
  extension alpha = st.extension("alpha");
  const std::string body = R"({"events":["INVOKE"]})";
  check_extension_refused(alpha.line.call(post(register_path, body)),
                          "Extension.InvalidExtensionName");
  check_extension_refused(alpha.line.call(post(register_path, body, name_field(""))),
                          "Extension.InvalidExtensionName");
  alpha.enter("[]");
  st.end();
}

TEST_CASE("56 R: an event that is not known is refused, and SHUTDOWN to an internal extension") {
  stage st(with({"alpha"}));
  extension alpha = st.extension("alpha");
  const reply unknown = alpha.enroll(R"({"events":["INVOKE","RESTART"]})");
  check_extension_refused(unknown, "Extension.InvalidEventType");
  CHECK(parsed(unknown.body).value("errorMessage", "") == "RESTART: ErrorInvalidEventType");
  alpha.enter("[]");
  const runtime r = st.runtime();
  extension inner = st.extension("inner", r.process);
  const reply shutdown = inner.enroll(R"({"events":["SHUTDOWN"]})");
  check_extension_refused(shutdown, "Extension.InvalidEventType");
  CHECK(parsed(shutdown.body).value("errorMessage", "") ==
        "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension");
  check_extension_refused(inner.enroll("no JSON"), "InvalidRequestFormat");
  check_extension_refused(inner.enroll(R"({"events":[],"configurationKeys":[]})"),
                          "InvalidRequestFormat");
  inner.enter(R"(["INVOKE"])");
  st.end();
}

TEST_CASE("57 R: after the runtime has asked for its first event nobody registers any more") {
  stage st;
  const runtime r = st.runtime();
  const event e = r.next();
  extension late = st.extension("late", r.process);
  const reply refused = late.enroll(R"({"events":[]})");
  check_extension_refused(refused, "Extension.RegistrationClosed");
  CHECK(parsed(refused.body).value("errorMessage", "") == "Extension registration closed already");
  check_accepted(r.respond(e));
  r.park();
  st.end(1);
}

TEST_CASE("58 R: the eleventh extension is refused") {
  stage st(with({"alpha"}));
  extension alpha = st.extension("alpha");
  alpha.enter(R"(["INVOKE"])");
  const runtime r = st.runtime();
  for (const std::string& name : numbered(9)) st.extension(name, r.process).enter("[]");
  const reply refused = st.extension("eleventh", r.process).enroll(R"({"events":[]})");
  check_extension_refused(refused, "Extension.TooManyExtensions");
  CHECK(parsed(refused.body).value("errorMessage", "") == "Extension limit (10) reached");
  st.end();
}

TEST_CASE("68 C: what Go, Rust and the Web Adapter register with is accepted") {
  stage st(with({"go", "rust", "lambda-adapter"}));
  const std::string json = "Content-Type: application/json\r\n";
  CHECK(st.extension("go").enroll(R"({"events":null})", json).status == 200);
  CHECK(st.extension("rust").enroll(R"({"events":[]})", json).status == 200);
  // It sends no content type.
  CHECK(st.extension("lambda-adapter").enroll(R"({ "events": [] })").status == 200);
  st.end();
}

TEST_CASE("an extension that registers twice is refused, in other words if it is an internal one") {
  stage st(with({"alpha"}));
  extension alpha = st.extension("alpha");
  alpha.enter("[]");
  const std::string known = alpha.identifier;
  check_extension_refused(alpha.enroll(R"({"events":["INVOKE"]})"),
                          "Extension.InvalidExtensionState");
  const runtime r = st.runtime();
  extension inner = st.extension("inner", r.process);
  inner.enter("[]");
  const reply again = st.extension("inner", r.process).enroll(R"({"events":[]})");
  check_extension_refused(again, "Extension.InvalidExtensionState");
  CHECK(parsed(again.body).value("errorMessage", "") ==
        "Extension with this name already registered");
  // The first registration still holds.
  alpha.identifier = known;
  alpha.park();
  inner.park();
  r.serve();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
}

TEST_CASE("an extension that registers late keeps the runtime waiting") {
  stage st(with({"alpha", "beta"}));
  extension alpha = st.extension("alpha");
  extension beta = st.extension("beta");
  alpha.enter("[]");
  alpha.park();
  CHECK(alpha.line.is_silent_for(60ms));
  st.await([](const auto& log) { return count<fact::extension_ready>(log) == 1; });
  st.await([](const auto& log) { return count<fact::process_started>(log) == 0; });
  beta.enter("[]");
  const runtime r = st.runtime();
  beta.park();
  r.serve();
  st.end(1);
  const auto& e = st.seen().environments[0];
  CHECK(e.runtime_began >= e.extensions[1].registered);
  CHECK(e.init_time().value() >= 60ms);
}

TEST_CASE("ten extensions start, register and are told of the invocation") {
  const std::vector<std::string> names = numbered(10);
  stage st(with(names));
  std::vector<extension> all;
  for (const std::string& name : names) {
    all.push_back(st.extension(name));
    all.back().enter(R"(["INVOKE"])");
    all.back().park();
  }
  const runtime r = st.runtime();
  const event e = r.next();
  for (const extension& x : all) {
    CHECK(x.hear().value("requestId", "") == e.id);
    x.park();
  }
  check_accepted(r.respond(e));
  r.park();
  st.end(1);
  CHECK(st.seen().invocations[0].is_success());
  CHECK(st.seen().invocations[0].extensions.size() == 10);
}

TEST_CASE("eleven extensions are not started, and the invoker is told so") {
  stage st(with(numbered(11)));
  st.end(1);
  CHECK(parsed(st.error(0)).value("errorType", "") == "Extension.LaunchError");
  CHECK(st.seen().invocations[0].how == outcome::extension_launch);
  CHECK(count<fact::extension_started>(st.facts()) == 0);
}

TEST_CASE("an extension that is no program fails the init, and the others are ended") {
  scene s = with({"alpha"});
  s.settings.function.extensions.push_back({"broken", s.links->path + "/broken"});
  stage st(std::move(s));
  st.end(1);
  check_platform_error(st.error(0), "Extension.LaunchError", st.id_of(0),
                       wire::launch_reason(st.path_of_links() + "/broken", ENOENT));
}

}  // namespace lambdaprof
