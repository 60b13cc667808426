// SPDX-License-Identifier: Apache-2.0
#include "wire/telemetry_api.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace lambdaprof::wire {
namespace {

using environment::delivery_protocol;
using environment::subscription;
using environment::subscription_api;
using environment::telemetry_schema;
using nlohmann::json;
using std::chrono::milliseconds;

/// What the guide shows.
json telemetry() {
  return json::parse(R"({"schemaVersion":"2022-12-13","types":["platform","function","extension"],
      "buffering":{"maxItems":1000,"maxBytes":262144,"timeoutMs":100},
      "destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:8080/path?a=b"}})");
}

json with(const char* key, json value) {
  json body = telemetry();
  body[key] = std::move(value);
  return body;
}

json with_uri(const std::string& uri) {
  return with("destination", {{"protocol", "HTTP"}, {"URI", uri}});
}

subscription read(const json& body, subscription_api api = subscription_api::telemetry) {
  auto got = read_subscription(api, body.dump());
  REQUIRE(std::holds_alternative<subscription>(got));
  return std::get<subscription>(got);
}

std::string objection_to(std::string_view body,
                         subscription_api api = subscription_api::telemetry) {
  auto got = read_subscription(api, body);
  REQUIRE(std::holds_alternative<invalid_subscription>(got));
  return std::get<invalid_subscription>(got).message;
}
std::string objection(const json& body, subscription_api api = subscription_api::telemetry) {
  return objection_to(body.dump(), api);
}

std::string rendered(subscription_api api, subscription_reply reply) {
  std::string out;
  render(out, api, reply);
  return out;
}

TEST_CASE("a whole subscription is read") {
  const subscription s = read(telemetry());
  CHECK(s.api == subscription_api::telemetry);
  CHECK(s.schema == telemetry_schema::v2022_12_13);
  CHECK((s.types.platform && s.types.function && s.types.extension));
  CHECK(s.buffering.max_items == 1000);
  CHECK(s.buffering.max_bytes == 262'144);
  CHECK(s.buffering.timeout == milliseconds(100));
  CHECK(s.destination.protocol == delivery_protocol::http);
  CHECK(s.destination.port == 8080);
  CHECK(s.destination.path == "/path?a=b");
  CHECK(s == read(telemetry()));
  CHECK_FALSE(s == read(with("types", {"platform"})));
}

TEST_CASE("what the Rust extension client sends is read") {
  // lambda_extension: every field, no path.
  const subscription s = read(json::parse(
      R"({"schemaVersion":"2022-07-01","types":["platform","function"],
          "buffering":{"timeoutMs":1000,"maxBytes":262144,"maxItems":10000},
          "destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:3000"}})"));
  CHECK(s.schema == telemetry_schema::v2022_07_01);
  CHECK_FALSE(s.types.extension);
  CHECK(s.destination.port == 3000);
  CHECK(s.destination.path == "/");
}

TEST_CASE("buffering has the defaults of the guide, as a whole and for each field") {
  json body = telemetry();
  body.erase("buffering");
  for (const json& b : {body, with("buffering", json::object())}) {
    const subscription s = read(b);
    CHECK(s.buffering.max_items == 10'000);
    CHECK(s.buffering.max_bytes == 262'144);
    CHECK(s.buffering.timeout == milliseconds(1000));
  }
  const subscription s = read(with("buffering", {{"timeoutMs", 25}}));
  CHECK(s.buffering.timeout == milliseconds(25));
  CHECK(s.buffering.max_items == 10'000);
}

TEST_CASE("buffering out of its range is refused, at each end of each limit") {
  const auto buffering = [](const char* key, const json& value) {
    return with("buffering", {{key, value}});
  };
  struct limit {
    const char* key;
    int low, high;
    const char* message;
  };
  for (const limit& l :
       {limit{"maxItems", 1000, 10'000, "maxItems should be between 1000 and 10000"},
        limit{"maxBytes", 262'144, 1'048'576, "maxBytes should be between 262144 and 1048576"},
        limit{"timeoutMs", 25, 30'000, "timeoutMs should be between 25 and 30000"}}) {
    CAPTURE(l.key);
    read(buffering(l.key, l.low));
    read(buffering(l.key, l.high));
    for (const json& wrong : {json(l.low - 1), json(l.high + 1), json(-1), json(0), json(1e300),
                              json(double(l.low)), json(std::to_string(l.low)), json(nullptr),
                              json(true), json(18'446'744'073'709'551'615U)})
      CHECK(objection(buffering(l.key, wrong)) == l.message);
  }
}

TEST_CASE("each API knows its schemas and no other, and only the Logs API has a default") {
  const auto logs = subscription_api::logs;
  CHECK(read(with("schemaVersion", "2025-01-29")).schema == telemetry_schema::v2025_01_29);
  CHECK(read(with("schemaVersion", "2020-08-15"), logs).schema == telemetry_schema::v2020_08_15);
  CHECK(read(with("schemaVersion", "2021-03-18"), logs).schema == telemetry_schema::v2021_03_18);
  CHECK(objection(with("schemaVersion", "2021-03-18")) ==
        "schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29");
  CHECK(objection(with("schemaVersion", "2022-07-01"), logs) ==
        "schemaVersion should be one of 2020-08-15, 2021-03-18");
  for (const json& wrong : {json(20221213), json(nullptr), json(""), json("2022-12-13 ")})
    CHECK(objection(with("schemaVersion", wrong)).starts_with("schemaVersion should be one of"));
  json none = telemetry();
  none.erase("schemaVersion");
  CHECK(read(none, logs).schema == telemetry_schema::v2020_08_15);
  CHECK(read(none, logs).api == logs);
  CHECK(objection(none) == "schemaVersion is not provided");
}

TEST_CASE("types are a list of known ones with something in it") {
  CHECK(read(with("types", {"function", "function"})).types.function);
  CHECK(objection(with("types", json::array())) == "types should not be empty");
  CHECK(objection(with("types", "platform")) == "types should be an array");
  CHECK(objection(with("types", nullptr)) == "types should be an array");
  for (const json& wrong : {json("Platform"), json(1), json(nullptr), json::array({"platform"})})
    CHECK(objection(with("types", json::array({"platform", wrong}))) ==
          "types should be platform, function or extension");
}

TEST_CASE("the host is the sandbox and nothing else, and the port is one that can be used") {
  CHECK(read(with_uri("http://sandbox:1")).destination.port == 1);
  CHECK(read(with_uri("http://sandbox.localdomain:65535/")).destination.path == "/");
  CHECK(read(with_uri("http://sandbox:80?x")).destination.path == "/?x");
  CHECK(read(with_uri("http://sandbox:80/a#b?c")).destination.path == "/a");
  for (const char* host : {"localhost", "127.0.0.1", "[::1]", "SANDBOX", "sandbox.localdomain.org",
                           "user@sandbox", "sandbox.localdomain:80@evil", ""})
    CHECK(objection(with_uri("http://" + std::string(host) + ":80/")) ==
          "URI host should be sandbox.localdomain");
  for (const char* uri :
       {"http://sandbox", "http://sandbox:", "http://sandbox:/a", "http://sandbox/:80"})
    CHECK(objection(with_uri(uri)) == "URI port is not provided");
  for (const char* port : {"0", "65536", "-1", "+80", "8o", "99999999999999999999", "80 "})
    CHECK_FALSE(objection(with_uri("http://sandbox:" + std::string(port))).empty());
  CHECK(objection(with_uri("http://sandbox:65536")) == "port should be between 1 and 65535");
  CHECK(objection(with_uri("http://sandbox:9001/a")) == "port 9001 is reserved");
  for (const char* uri : {"", "https://sandbox:80", "sandbox:80", "HTTP", "tcp://sandbox:80"})
    CHECK(objection(with_uri(uri)) == "URI scheme should be http");
}

TEST_CASE("nothing that could end a line of a request comes through a URI") {
  for (const char* path : {"a\r\nX: y", "a b", "a\tb", "a\x7f", "\xc3\xa4"})
    CHECK(objection(with_uri("http://sandbox:80/" + std::string(path))).find("blanks") !=
          std::string::npos);
  CHECK(objection(with_uri(std::string("http://sandbox:80/a\0b", 21))).find("blanks") !=
        std::string::npos);
}

TEST_CASE("a destination over TCP has a port") {
  const auto tcp = [](const json& port) {
    return with("destination", {{"protocol", "TCP"}, {"port", port}});
  };
  CHECK(read(tcp(4243)).destination.protocol == delivery_protocol::tcp);
  CHECK(read(tcp(4243)).destination.port == 4243);
  CHECK(objection(tcp(9001)) == "port 9001 is reserved");
  for (const json& wrong : {json(0), json(65'536), json(-1), json("4243"), json(nullptr)})
    CHECK(objection(tcp(wrong)) == "port should be between 1 and 65535");
  CHECK(objection(with("destination", {{"protocol", "TCP"}})) == "port is not provided");
}

TEST_CASE("a destination without what it needs is refused") {
  json none = telemetry();
  none.erase("destination");
  CHECK(objection(none) == "destination is not provided");
  CHECK(objection(with("destination", "http://sandbox:80")) == "destination should be an object");
  CHECK(objection(with("destination", json::object())) == "protocol is not provided");
  CHECK(objection(with("destination", {{"protocol", "http"}})) == "protocol should be HTTP or TCP");
  CHECK(objection(with("destination", {{"protocol", "HTTP"}})) == "URI is not provided");
}

TEST_CASE("all objections are told, as the guide shows") {
  json body = with_uri("http://sandbox.localdomain");
  body["types"] = json::array();
  CHECK(objection(body) == "URI port is not provided; types should not be empty");
  CHECK(objection_to("{}") ==
        "schemaVersion is not provided; destination is not provided; types is not provided");
}

TEST_CASE("what is no JSON object is refused, however large and deep") {
  const std::string deep(30'000, '[');
  const std::string objects = [] {
    std::string s;
    while (s.size() < 60'000) s += "{\"a\":";
    return s;
  }();
  const std::string whole = telemetry().dump();
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("\"OK\""),
        std::string("{"), whole + "x", whole + std::string("\0", 1), "/**/" + whole, deep,
        deep + std::string(30'000, ']'), objects, std::string("{\"a\":\"\xff\"}"),
        std::string("{\"a\":1e999}")})
    CHECK(objection_to(body) == "the body should be a JSON object");
  json nested = json::array();
  for (int i = 0; i < 20; ++i) nested = json::array({nested});
  CHECK(objection(with("other", nested)) == "the body should be a JSON object");
  CHECK(objection_to(whole + std::string(subscription_limit, ' ')) == "the body should be smaller");
}

TEST_CASE("members that nobody knows are passed over") {
  CHECK(read(with("other", {{"a", {1, 2, {{"b", nullptr}}}}})) == read(telemetry()));
  json old = telemetry();
  old["destination"]["method"] = "POST";
  old["destination"]["encoding"] = "JSON";
  CHECK(read(old) == read(telemetry()));
}

TEST_CASE("both APIs are found at their paths, with and without a slash at the end") {
  CHECK(subscription_path("/2022-07-01/telemetry") == subscription_api::telemetry);
  CHECK(subscription_path("/2022-07-01/telemetry/?a") == subscription_api::telemetry);
  CHECK(subscription_path("/2020-08-15/logs") == subscription_api::logs);
  CHECK(subscription_path("/2020-08-15/logs/") == subscription_api::logs);
  for (const char* other : {"", "/", "/2022-07-01/logs", "/2020-08-15/telemetry", "/2022-07-01",
                            "/2020-08-15/logs//", "/2022-07-01/telemetry/x"})
    CHECK_FALSE(subscription_path(other).has_value());
}

TEST_CASE("answers are what the platform writes") {
  const auto t = subscription_api::telemetry;
  const auto l = subscription_api::logs;
  CHECK(rendered(t, subscription_reply::subscribed) ==
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n\"OK\"");
  CHECK(rendered(l, subscription_reply::already_subscribed).ends_with("\r\n\"AlreadySubscribed\""));
  // Recorded: opentelemetry-lambda, pull request 1452.
  CHECK(rendered(t, subscription_reply::closed)
            .ends_with(R"({"errorMessage":"Telemetry API subscription is closed already",)"
                       R"("errorType":"Telemetry.SubscriptionClosed"})"
                       "\n"));
  CHECK(rendered(t, subscription_reply::closed).starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(rendered(l, subscription_reply::closed).find("\"Logs.SubscriptionClosed\"") !=
        std::string::npos);
  CHECK(rendered(l, subscription_reply::other_api).starts_with("HTTP/1.1 400 "));
  CHECK(rendered(l, subscription_reply::other_api).find("the Telemetry API") != std::string::npos);
}

TEST_CASE("a refusal names its kind first, without a line end, and each API has its own") {
  std::string out = "kept";
  render(out, subscription_api::telemetry, invalid_subscription{"a; b"});
  CHECK(
      out ==
      "keptHTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 53\r\n\r\n"
      R"({"errorType":"ValidationError","errorMessage":"a; b"})");
  out.clear();
  render(out, subscription_api::logs, invalid_subscription{"a"});
  CHECK(out.ends_with(R"({"errorType":"Logs.ValidationError","errorMessage":"a"})"));
}

}  // namespace
}  // namespace lambdaprof::wire
