// SPDX-License-Identifier: Apache-2.0
#include "wire/runtime_api.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace lambdaprof;
using namespace lambdaprof::wire;
using environment::reply;
using environment::runtime_call;
using environment::runtime_state;
using environment::signal::response_mode;

namespace {

constexpr const char* response_path = "/2018-06-01/runtime/invocation/8476a536-e9f4/response";

request asked(std::string method, std::string target) {
  request r;
  r.method = std::move(method);
  r.target = std::move(target);
  return r;
}

struct answer {
  std::string head;
  std::string body;
};

answer split(const std::string& bytes) {
  const auto end = bytes.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  return {bytes.substr(0, end + 4), bytes.substr(end + 4)};
}

answer rendered(reply kind) {
  std::string out;
  render(out,
         environment::order::answer{kind, runtime_state::response_sent, runtime_call::respond});
  return split(out);
}

bool has_line(const answer& a, const std::string& line) {
  return a.head.starts_with(line + "\r\n") ||
         a.head.find("\r\n" + line + "\r\n") != std::string::npos;
}

void check_error(reply kind, const std::string& status, const char* type, const char* message) {
  const answer a = rendered(kind);
  CHECK(has_line(a, "HTTP/1.1 " + status));
  CHECK(has_line(a, "Content-Type: application/json"));
  CHECK(has_line(a, "Content-Length: " + std::to_string(a.body.size())));
  CHECK(a.body.back() == '\n');
  const auto json = nlohmann::json::parse(a.body, nullptr, false);
  CHECK(json == nlohmann::json{{"errorType", type}, {"errorMessage", message}});
}

}  // namespace

TEST_CASE("every route of the Runtime API is told from the others") {
  const auto is = [](const char* method, const char* target, auto expected) {
    CAPTURE(method);
    CAPTURE(target);
    CHECK(std::holds_alternative<decltype(expected)>(classify(asked(method, target))));
  };
  is("GET", "/2018-06-01/runtime/invocation/next", call::next{});
  is("GET", "/2018-06-01/runtime/invocation/next?a=b", call::next{});
  is("POST", response_path, call::response{});
  is("POST", "/2018-06-01/runtime/invocation/1/error", call::error{});
  is("POST", "/2018-06-01/runtime/init/error", call::init_error{});
  is("GET", "/2018-06-01/ping", call::ping{});
  is("GET", "/2018-06-01/runtime/restore/next", call::restore_next{});
  is("POST", "/2018-06-01/runtime/restore/error", call::restore_error{});
  is("GET", "/2021-04-23/credentials", call::credentials{});

  is("POST", "/2018-06-01/runtime/invocation/next", call::wrong_method{});
  is("GET", response_path, call::wrong_method{});
  is("PUT", "/2018-06-01/runtime/invocation/1/error", call::wrong_method{});
  is("GET", "/2018-06-01/runtime/init/error", call::wrong_method{});
  is("POST", "/2018-06-01/ping", call::wrong_method{});
  is("get", "/2018-06-01/ping", call::wrong_method{});
  is("GET", "/2018-06-01/runtime/restore/next", call::restore_next{});
  is("POST", "/2018-06-01/runtime/restore/next", call::wrong_method{});
  is("POST", "/2018-06-01/runtime/restore/error", call::restore_error{});
  is("GET", "/2021-04-23/credentials", call::credentials{});
  is("GET", "/2018-06-01/runtime/restore/error", call::wrong_method{});
  is("POST", "/2021-04-23/credentials", call::wrong_method{});

  for (const char* target :
       {"", "/", "/2018-06-01", "/2018-06-01/", "/2018-06-02/ping", "/2018-06-01/runtime",
        "/2018-06-01/runtime/invocation", "/2018-06-01/runtime/invocation/",
        "/2018-06-01/runtime/invocation/1", "/2018-06-01/runtime/invocation/next/",
        "/2018-06-01/runtime/invocation//response", "/2018-06-01/runtime/invocation/1/response/",
        "/2018-06-01/runtime/invocation/1/2/response", "/2018-06-01/runtime/init/error/",
        "/2018-06-01/runtime/restore", "/2021-04-23/credentials/"}) {
    is("GET", target, call::unknown_path{});
    is("POST", target, call::unknown_path{});
  }
}

TEST_CASE("a response names its request, its mode and its type") {
  request r = asked("POST", response_path);
  r.headers.add("content-type", "text/html");
  const auto made = std::get<call::response>(classify(r));
  CHECK(made.request_id == "8476a536-e9f4");
  CHECK(made.mode == response_mode::buffered);
  CHECK(made.content_type == "text/html");
}

TEST_CASE("the request id is percent-decoded, and what is no escape stays") {
  const auto id = [](const std::string& encoded) {
    return std::get<call::error>(
               classify(asked("POST", "/2018-06-01/runtime/invocation/" + encoded + "/error")))
        .request_id;
  };
  CHECK(id("a%2Db%2dc") == "a-b-c");
  CHECK(id("a%2Fb") == "a/b");
  CHECK(id("%zz%4") == "%zz%4");
  CHECK(id("100%") == "100%");
  CHECK(id("%41") == "A");
}

TEST_CASE("only an absent mode and exactly \"streaming\" are known response modes") {
  const auto mode = [](const char* value) {
    request r = asked("POST", response_path);
    r.headers.add("lambda-runtime-function-response-mode", value);
    return std::get<call::response>(classify(r)).mode;
  };
  CHECK(mode("streaming") == response_mode::streaming);
  CHECK(mode("Streaming") == response_mode::unknown);
  CHECK(mode("buffered") == response_mode::unknown);
  CHECK(mode("") == response_mode::unknown);
}

TEST_CASE("posts of errors carry the type of their header") {
  request r = asked("POST", "/2018-06-01/runtime/invocation/1/error");
  r.headers.add("Lambda-Runtime-Function-Error-Type", "Function.Boom");
  CHECK(std::get<call::error>(classify(r)).error_type == "Function.Boom");
  r.target = "/2018-06-01/runtime/init/error";
  CHECK(std::get<call::init_error>(classify(r)).error_type == "Function.Boom");
  r.headers.clear();
  CHECK(std::get<call::init_error>(classify(r)).error_type.empty());
}

TEST_CASE("an error type counts as RIE counts it") {
  CHECK(error_type("Function.Foo") == "Function.Foo");
  CHECK(error_type("Runtime.APIKeyNotFound") == "Runtime.APIKeyNotFound");
  CHECK(error_type("xRuntime.Fo9") == "xRuntime.Fo9");
  CHECK(error_type("Runtime.f Function.Ab") == "Runtime.f Function.Ab");
  CHECK(error_type("Runtime.Runtime.Ok") == "Runtime.Runtime.Ok");
  CHECK(error_type("Function.foo") == "Function.Unknown");
  CHECK(error_type("Function.") == "Function.Unknown");
  CHECK(error_type("Function.F") == "Function.Unknown");
  CHECK(error_type("Function.F9") == "Function.Unknown");
  CHECK(error_type("xFunction.f") == "Runtime.Unknown");
  CHECK(error_type("Runtime.R") == "Runtime.Unknown");
  CHECK(error_type("MyError") == "Runtime.Unknown");
  CHECK(error_type("unhandled") == "Runtime.Unknown");
  CHECK(error_type("") == "Runtime.Unknown");
}

TEST_CASE("an event is announced with the headers that clients need") {
  std::string out = "kept";
  render(out, event_head{.request_id = "id-1",
                         .deadline_ms = 1'764'000'000'123,
                         .function_arn = "arn:f",
                         .trace_id = "Root=1-2-3",
                         .event_bytes = 17});
  REQUIRE(out.starts_with("kept"));
  const answer a = split(out.substr(4));
  CHECK(has_line(a, "HTTP/1.1 200 OK"));
  CHECK(has_line(a, "Lambda-Runtime-Aws-Request-Id: id-1"));
  CHECK(has_line(a, "Lambda-Runtime-Deadline-Ms: 1764000000123"));
  CHECK(has_line(a, "Lambda-Runtime-Invoked-Function-Arn: arn:f"));
  CHECK(has_line(a, "Lambda-Runtime-Trace-Id: Root=1-2-3"));
  CHECK(has_line(a, "Content-Type: application/json"));
  CHECK(has_line(a, "Content-Length: 17"));
  CHECK(a.body.empty());
}

TEST_CASE("a header without a value is left out") {
  std::string out;
  render(out, event_head{.request_id = "id-1", .deadline_ms = 1, .function_arn = "arn:f"});
  CHECK(out.find("Trace-Id") == std::string::npos);
  CHECK(out.find(": \r\n") == std::string::npos);
}

TEST_CASE("an accepted post is answered with 202 and a status") {
  const answer a = rendered(reply::accepted);
  CHECK(has_line(a, "HTTP/1.1 202 Accepted"));
  CHECK(has_line(a, "Content-Type: application/json"));
  CHECK(has_line(a, "Content-Length: 16"));
  CHECK(a.body == "{\"status\":\"OK\"}\n");
}

TEST_CASE("every refusal has the status, the type and the message of the table") {
  check_error(reply::invalid_request_id, "400 Bad Request", "InvalidRequestID",
              "Invalid request ID");
  check_error(reply::invalid_transition, "403 Forbidden", "InvalidStateTransition",
              "State transition from RuntimeResponseSentState to InvocationResponse failed for "
              "runtime. Error: State transition is not allowed");
  check_error(reply::bad_response_mode, "400 Bad Request", "InvalidFunctionResponseMode",
              "Invalid function response mode");
  check_error(reply::too_large, "413 Request Entity Too Large", "RequestEntityTooLarge",
              "Exceeded maximum allowed payload size (6291556 bytes).");
  check_error(reply::truncated, "400 Bad Request", "TruncatedHTTPRequest",
              "HTTP request detected as truncated");
}

TEST_CASE("what is no call is answered as Go's router does") {
  const auto edge = [](edge_reply kind) {
    std::string out;
    render(out, kind);
    return split(out);
  };
  const answer pong = edge(edge_reply::pong);
  CHECK(has_line(pong, "HTTP/1.1 200 OK"));
  CHECK(pong.body == "pong");
  const answer not_found = edge(edge_reply::not_found);
  CHECK(has_line(not_found, "HTTP/1.1 404 Not Found"));
  CHECK(has_line(not_found, "Content-Length: 19"));
  CHECK(not_found.body == "404 page not found\n");
  const answer wrong_method = edge(edge_reply::wrong_method);
  CHECK(has_line(wrong_method, "HTTP/1.1 405 Method Not Allowed"));
  CHECK(has_line(wrong_method, "Content-Length: 0"));
  CHECK(wrong_method.body.empty());
  const answer internal = edge(edge_reply::internal_error);
  CHECK(has_line(internal, "HTTP/1.1 500 Internal Server Error"));
  CHECK(internal.body.find("\"InternalServerError\"") != std::string::npos);
}

TEST_CASE("an error that a stream ended with is decoded from its trailers") {
  request r;
  CHECK(mid_stream_error(r).empty());
  r.trailers.add("Lambda-Runtime-Function-Error-Type", "");
  r.trailers.add("Lambda-Runtime-Function-Error-Body", "");
  CHECK(mid_stream_error(r).empty());
  r.trailers.clear();
  r.trailers.add("Lambda-Runtime-Function-Error-Type", "Runtime.Late");
  CHECK(mid_stream_error(r) == R"({"errorType":"Runtime.Late"})");
  r.trailers.add("Lambda-Runtime-Function-Error-Body", "eyJlcnJvclR5cGUiOiJBIn0=");
  CHECK(mid_stream_error(r) == R"({"errorType":"A"})");
}

TEST_CASE("the type of an error that a stream ended with cannot break the JSON that names it") {
  request r;
  r.trailers.add("Lambda-Runtime-Function-Error-Type", "\"Runtime.Late\\\xff");
  const auto told = nlohmann::json::parse(mid_stream_error(r), nullptr, false);
  CHECK(told == nlohmann::json{{"errorType", "\"Runtime.Late\\\xef\xbf\xbd"}});
}
