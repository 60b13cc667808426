// SPDX-License-Identifier: Apache-2.0
// The Extensions API between bytes and meaning (lambda-protocol §3.2 to §3.4).
#include "wire/extensions_api.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace lambdaprof::wire {
namespace {

using environment::extension_reply;
using environment::signal::registration_body;
using nlohmann::json;

const std::string base = "/2020-01-01/extension/";

request ask(const std::string& method, const std::string& path, const std::string& body = "") {
  request r;
  r.method = method;
  r.target = base + path;
  r.body = body;
  r.body_bytes = body.size();
  return r;
}

/// The call has views into the request, which is therefore kept.
struct registering {
  request r;
  extension_call::enroll call;

  explicit registering(const std::string& body, const std::string& features = "")
      : r(ask("POST", "register", body)), call{registration_body::malformed} {
    r.headers.add("lambda-extension-name", "watcher");
    if (!features.empty()) r.headers.add("Lambda-Extension-Accept-Feature", features);
    call = std::get<extension_call::enroll>(classify_extension_call(r));
  }
};

struct answered {
  std::string head;
  json body;

  explicit answered(const std::string& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    head = bytes.substr(0, end + 2);
    const std::string text = bytes.substr(end + 4);
    CHECK(head.find("Content-Length: " + std::to_string(text.size()) + "\r\n") !=
          std::string::npos);
    body = json::parse(text);
  }
  bool has(const std::string& line) const { return head.find(line) != std::string::npos; }
};

answered rendered(const environment::order::answer_extension& a) {
  environment::function f;
  f.name = "f \"quoted\"";
  f.handler = "h.handler";
  std::string out;
  render(out, a, f);
  return answered(out);
}

template <class Call>
bool is(const request& r) {
  return std::holds_alternative<Call>(classify_extension_call(r));
}

}  // namespace

TEST_CASE("calls of the Extensions API are told apart by path and method") {
  CHECK(is_of_extensions_api(base + "register"));
  CHECK_FALSE(is_of_extensions_api("/2020-01-01/extension"));
  CHECK_FALSE(is_of_extensions_api("/2018-06-01/runtime/invocation/next"));
  CHECK(is<extension_call::next>(ask("GET", "event/next")));
  CHECK(is<extension_call::next>(ask("GET", "event/next?x=1")));
  CHECK(is<extension_call::enroll>(ask("POST", "register")));
  CHECK(
      std::get<extension_call::error>(classify_extension_call(ask("POST", "init/error"))).at_init);
  CHECK_FALSE(
      std::get<extension_call::error>(classify_extension_call(ask("POST", "exit/error"))).at_init);
  CHECK(is<extension_call::wrong_method>(ask("GET", "register")));
  CHECK(is<extension_call::wrong_method>(ask("POST", "event/next")));
  CHECK(is<extension_call::wrong_method>(ask("PUT", "init/error")));
  CHECK(is<extension_call::unknown_path>(ask("GET", "")));
  CHECK(is<extension_call::unknown_path>(ask("GET", "event/next/")));
  CHECK(is<extension_call::unknown_path>(ask("GET", "event")));
}

TEST_CASE("68 C: a list of events that is empty, null or missing is none") {
  for (const char* body : {R"({"events":[]})", R"({"events":null})", "{}"}) {
    CAPTURE(body);
    const registering x(body);
    CHECK(x.call.body == registration_body::sound);
    CHECK_FALSE(x.call.invoke);
    CHECK_FALSE(x.call.shutdown);
    CHECK(x.call.name == "watcher");
  }
}

TEST_CASE("events are read in any order, and twice is once") {
  const registering x(R"({"events":["SHUTDOWN","INVOKE","SHUTDOWN"],"other":1})");
  CHECK(x.call.body == registration_body::sound);
  CHECK(x.call.invoke);
  CHECK(x.call.shutdown);
}

TEST_CASE("what is no registration is malformed") {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"),
        std::string(R"({"events":"INVOKE"})"), std::string(R"({"events":[1]})"),
        std::string(R"({"events":[],"configurationKeys":[]})"),
        std::string(R"({"events":["INVOKE"],"x":")") + std::string(registration_limit, 'x') + "\"}",
        std::string(10'000, '[')}) {
    CAPTURE(body.substr(0, 50));
    CHECK(registering(body).call.body == registration_body::malformed);
  }
}

TEST_CASE("an event that there is not is named") {
  const registering x(R"({"events":["INVOKE","FREEZE"]})");
  CHECK(x.call.body == registration_body::unknown_event);
  CHECK(x.call.unknown_event == "FREEZE");
  // "invoke" is none: names are as they are.
  CHECK(registering(R"({"events":["invoke"]})").call.body == registration_body::unknown_event);
}

TEST_CASE("54 R: the account is asked for by a feature, and other features are passed over") {
  CHECK_FALSE(registering("{}").call.wants_account_id);
  CHECK_FALSE(registering("{}", "other").call.wants_account_id);
  CHECK(registering("{}", "accountId").call.wants_account_id);
  CHECK(registering("{}", "other, accountId").call.wants_account_id);
}

TEST_CASE("an error of an extension has a type or not, an identifier is what was sent") {
  request r = ask("POST", "init/error", "{}");
  CHECK_FALSE(std::get<extension_call::error>(classify_extension_call(r)).type.has_value());
  CHECK(extension_identifier(r).empty());
  r.headers.add("Lambda-Extension-Function-Error-Type", "Extension.X");
  r.headers.add("lambda-extension-identifier", "some-id");
  CHECK(std::get<extension_call::error>(classify_extension_call(r)).type == "Extension.X");
  CHECK(extension_identifier(r) == "some-id");
}

TEST_CASE("53 R: a registration is answered with an identifier and what the function is") {
  environment::order::answer_extension a{extension_reply::registered};
  a.identifier = "11111111-2222-4333-8444-555555555555";
  const answered plain = rendered(a);
  CHECK(plain.has("HTTP/1.1 200 OK\r\n"));
  CHECK(plain.has("Lambda-Extension-Identifier: " + a.identifier + "\r\n"));
  CHECK(plain.body == json{{"functionName", "f \"quoted\""},
                           {"functionVersion", "$LATEST"},
                           {"handler", "h.handler"}});
  a.with_account_id = true;
  CHECK(rendered(a).body.contains("accountId"));
}

TEST_CASE("55 to 59, 67 R: each refusal has its type and its text") {
  struct row {
    extension_reply kind;
    const char* type;
    const char* message;
  };
  for (const row& x :
       {row{extension_reply::empty_name, "Extension.InvalidExtensionName", "Empty extension name"},
        row{extension_reply::bad_format, "InvalidRequestFormat", "Invalid request format"},
        row{extension_reply::unknown_event, "Extension.InvalidEventType",
            "\"x\": ErrorInvalidEventType"},
        row{extension_reply::shutdown_not_supported, "Extension.InvalidEventType",
            "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension"},
        row{extension_reply::invoke_not_supported, "Extension.InvalidEventType",
            "INVOKE: ErrorInvalidEventType"},
        row{extension_reply::registration_closed, "Extension.RegistrationClosed",
            "Extension registration closed already"},
        row{extension_reply::already_registered, "Extension.InvalidExtensionState",
            "Extension with this name already registered"},
        row{extension_reply::too_many, "Extension.TooManyExtensions",
            "Extension limit (10) reached"},
        row{extension_reply::missing_identifier, "Extension.MissingExtensionIdentifier",
            "Missing Lambda-Extension-Identifier header"},
        row{extension_reply::malformed_identifier, "Extension.InvalidExtensionIdentifier",
            "Invalid Lambda-Extension-Identifier"},
        row{extension_reply::unknown_identifier, "Extension.UnknownExtensionIdentifier",
            "Unknown extension identifier"},
        row{extension_reply::invalid_state, "Extension.InvalidExtensionState",
            "State transition from Ready to Ready failed for extension \"x\". Error: State "
            "transition is not allowed"},
        row{extension_reply::missing_error_type, "Extension.MissingHeader",
            "Lambda-Extension-Function-Error-Type not found"}}) {
    CAPTURE(x.message);
    environment::order::answer_extension a{x.kind, environment::extension_state::ready,
                                           environment::extension_call::next, "\"x\""};
    const answered got = rendered(a);
    CHECK(got.has("HTTP/1.1 403 Forbidden\r\n"));
    CHECK(got.has("Content-Type: application/json\r\n"));
    CHECK(got.body == json{{"errorMessage", x.message}, {"errorType", x.type}});
  }
}

TEST_CASE("an error that was posted is accepted with 202") {
  const answered got = rendered({extension_reply::accepted});
  CHECK(got.has("HTTP/1.1 202 Accepted\r\n"));
  CHECK(got.body == json{{"status", "OK"}});
}

TEST_CASE("60 R: the event INVOKE names the request, and has no tracing without a trace") {
  invoke_event e;
  e.event_id = "event";
  e.request_id = "request";
  e.deadline_ms = 1700000000000;
  e.function_arn = "arn:\"";
  std::string out;
  render(out, e);
  const answered bare(out);
  CHECK(bare.has("HTTP/1.1 200 OK\r\n"));
  CHECK(bare.has("Content-Type: application/json\r\n"));
  CHECK(bare.has("Lambda-Extension-Event-Identifier: event\r\n"));
  CHECK(bare.body == json{{"eventType", "INVOKE"},
                          {"deadlineMs", 1700000000000},
                          {"requestId", "request"},
                          {"invokedFunctionArn", "arn:\""}});
  e.trace_id = "Root=1";
  out.clear();
  render(out, e);
  CHECK(answered(out).body["tracing"] == json{{"type", "X-Amzn-Trace-Id"}, {"value", "Root=1"}});
}

TEST_CASE("the event SHUTDOWN has a deadline and the reason in lower case") {
  for (const auto reason : {journal::shutdown_reason::spindown, journal::shutdown_reason::timeout,
                            journal::shutdown_reason::failure}) {
    std::string out;
    render(out, shutdown_event{1700000002000, reason});
    const answered got(out);
    CHECK_FALSE(got.has("Lambda-Extension-Event-Identifier"));
    CHECK(got.body == json{{"eventType", "SHUTDOWN"},
                           {"deadlineMs", 1700000002000},
                           {"shutdownReason", journal::name(reason)}});
  }
}

}  // namespace lambdaprof::wire
