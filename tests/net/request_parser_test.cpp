// SPDX-License-Identifier: Apache-2.0
#include "net/request_parser.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lambdaprof;
using net::request_parser;
using stage = request_parser::stage;
using wire::body_state;

namespace {

/// Gives the bytes in pieces of this size, as a connection would; returns what was not consumed.
std::string feed(request_parser& parser, std::string_view bytes, std::size_t piece) {
  std::string pending;
  while (!bytes.empty() && (parser.at() == stage::head || parser.at() == stage::body)) {
    pending += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    pending.erase(0, parser.put(pending));
  }
  return pending + std::string(bytes);
}

constexpr const char* chunked_post =
    "POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
    "3\r\nabc\r\n4;note=x\r\ndefg\r\n0\r\n";

}  // namespace

TEST_CASE("a request is the same in whatever pieces it comes") {
  const std::string bytes = std::string(chunked_post) +
                            "Lambda-Runtime-Function-Error-Type: Runtime.Boom\r\n"
                            "Lambda-Runtime-Function-Error-Body: e30=\r\n\r\nGET /next";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    CAPTURE(piece);
    request_parser parser;
    CHECK(feed(parser, bytes, piece) == "GET /next");
    REQUIRE(parser.at() == stage::done);
    const wire::request& r = parser.message();
    CHECK(r.method == "POST");
    CHECK(r.target == "/r");
    CHECK(r.headers.size() == 2);
    CHECK(r.body == "abcdefg");
    CHECK(r.body_bytes == 7);
    CHECK(r.body_state == body_state::complete);
    CHECK(r.trailers.size() == 2);
    CHECK(r.trailers.find("lambda-runtime-function-error-type") == "Runtime.Boom");
    CHECK(r.trailers.find("lambda-runtime-function-error-body") == "e30=");
    CHECK(parser.keeps_alive());
  }
}

TEST_CASE("trailers that were declared may be absent, and a chunked body may be empty") {
  for (std::size_t piece = 1; piece < 12; ++piece) {
    CAPTURE(piece);
    request_parser parser;
    feed(parser, std::string(chunked_post) + "\r\n", piece);
    CHECK(parser.at() == stage::done);
    CHECK(parser.message().body == "abcdefg");
    CHECK(parser.message().trailers.size() == 0);
    parser.restart();
    feed(parser, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", piece);
    CHECK(parser.at() == stage::done);
    CHECK(parser.message().body.empty());
  }
}

TEST_CASE("a restarted parser remembers nothing of the request before") {
  request_parser parser;
  feed(parser, "POST /a HTTP/1.0\r\nA: 1\r\nContent-Length: 3\r\n\r\nabc", 100);
  REQUIRE(parser.at() == stage::done);
  CHECK_FALSE(parser.keeps_alive());
  parser.restart();
  CHECK(parser.at() == stage::head);
  CHECK_FALSE(parser.has_begun());
  feed(parser, "GET /b HTTP/1.1\r\n\r\n", 100);
  REQUIRE(parser.at() == stage::done);
  CHECK(parser.message().target == "/b");
  CHECK(parser.message().body.empty());
  CHECK(parser.message().headers.size() == 0);
  CHECK(parser.keeps_alive());
}

TEST_CASE("a body above the limit is counted to its end and kept up to the limit") {
  const std::size_t limit = wire::body_limit;
  CHECK(limit == 6'291'556);
  for (const std::size_t size : {limit, limit + 1, 2 * limit}) {
    CAPTURE(size);
    request_parser parser;
    const std::string head =
        "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
    feed(parser, head + std::string(size, 'x'), 1 << 20);
    REQUIRE(parser.at() == stage::done);
    CHECK(parser.message().body_bytes == size);
    CHECK(parser.message().body.size() == limit);
    CHECK(parser.message().body_state ==
          (size > limit ? body_state::too_large : body_state::complete));
    CHECK(parser.keeps_alive());
  }
}

TEST_CASE("a body whose end does not come is truncated, and so is one with broken chunks") {
  request_parser parser;
  feed(parser, "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", 100);
  CHECK(parser.at() == stage::body);
  parser.put_end();
  CHECK(parser.at() == stage::done);
  CHECK(parser.message().body == "abc");
  CHECK(parser.message().body_state == body_state::truncated);
  CHECK_FALSE(parser.keeps_alive());

  parser.restart();
  feed(parser, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n", 100);
  CHECK(parser.at() == stage::done);
  CHECK(parser.message().body_state == body_state::truncated);
  CHECK_FALSE(parser.keeps_alive());
}

TEST_CASE("the end of the bytes inside a head changes nothing") {
  request_parser parser;
  feed(parser, "GET / HTTP/1.1\r\nHost:", 100);
  parser.put_end();
  CHECK(parser.at() == stage::head);
  CHECK(parser.has_begun());
}

TEST_CASE("what is no HTTP is refused with 400") {
  for (const char* bytes :
       {"\x16\x03\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    CAPTURE(bytes);
    request_parser parser;
    feed(parser, bytes, 1000);
    CHECK(parser.at() == stage::malformed);
    CHECK(parser.status() == 400);
    CHECK_FALSE(parser.what().empty());
    CHECK(parser.put("GET / HTTP/1.1\r\n\r\n") == 0);
  }
}

TEST_CASE(
    "a head above the limit is refused with 431, in one field or in many, at once or in pieces") {
  const std::string one = "A: " + std::string(net::head_limit, 'x') + "\r\n";
  std::string many;
  while (many.size() < net::head_limit + 10'000) many += "Some-Field: some value\r\n";
  for (const std::string& fields : {one, many})
    for (const std::size_t piece : {std::size_t{24}, std::size_t{5000}, std::size_t{1} << 20}) {
      CAPTURE(piece);
      request_parser parser;
      feed(parser, "GET / HTTP/1.1\r\n" + fields + "\r\n", piece);
      CHECK(parser.at() == stage::malformed);
      CHECK(parser.status() == 431);
    }
}

TEST_CASE("a large head below the limit is read") {
  request_parser parser;
  feed(parser, "GET / HTTP/1.1\r\nA: " + std::string(net::head_limit - 1000, 'x') + "\r\n\r\n",
       777);
  CHECK(parser.at() == stage::done);
}

TEST_CASE("the wish to be told to continue is seen in any case, and not with HTTP/1.0") {
  const auto expects = [](const std::string& version, const std::string& value) {
    request_parser parser;
    feed(parser,
         "POST / HTTP/" + version + "\r\nExpect: " + value + "\r\nContent-Length: 5\r\n\r\n", 1000);
    REQUIRE(parser.at() == stage::body);
    return parser.expects_continue();
  };
  CHECK(expects("1.1", "100-continue"));
  CHECK(expects("1.1", "100-Continue"));
  CHECK_FALSE(expects("1.0", "100-continue"));
  CHECK_FALSE(expects("1.1", "something"));
}

TEST_CASE("the connection is kept unless the request says otherwise") {
  const auto keeps = [](const std::string& request) {
    request_parser parser;
    feed(parser, request, 1000);
    REQUIRE(parser.at() == stage::done);
    return parser.keeps_alive();
  };
  CHECK(keeps("GET / HTTP/1.1\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
}
