// SPDX-License-Identifier: Apache-2.0
#include "net/connection.hpp"

#include <doctest/doctest.h>

#include "net/fixture.hpp"

using namespace lambdaprof;
using wire::body_state;

TEST_CASE("a request that comes byte by byte is told once, with its first and last instant") {
  server s;
  peer p(s);
  for (const char byte : post("/r", "hello")) {
    p.send({&byte, 1});
    s.settle();
  }
  CHECK(p.answer().ends_with("/r 5"));
  REQUIRE(s.told_to.requests.size() == 1);
  const told& t = s.told_to.requests[0];
  CHECK(t.method == "POST");
  CHECK(t.body == "hello");
  CHECK(t.first < t.last);
  CHECK(s.told_to.bodies == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("a request that comes in one piece has one instant and no body before it") {
  server s;
  peer p(s);
  p.send(post("/r", "hello"));
  p.answer();
  REQUIRE(s.told_to.requests.size() == 1);
  CHECK(s.told_to.requests[0].first == s.told_to.requests[0].last);
  CHECK(s.told_to.bodies.empty());
}

TEST_CASE("requests on one connection are answered in their order") {
  server s;
  peer p(s);
  for (const char* target : {"/1", "/2", "/3"}) {
    p.send(get(target));
    CHECK(p.answer().ends_with(std::string(target) + " 0"));
  }
  p.send(get("/4") + post("/5", "abc") + get("/6"));
  CHECK(p.answer().ends_with("/4 0"));
  CHECK(p.answer().ends_with("/5 3"));
  CHECK(p.answer().ends_with("/6 0"));
  CHECK(s.told_to.closed == 0);
}

TEST_CASE("a request sent ahead waits for the answer before it and gets instants of its own") {
  server s;
  net::connection* parked = nullptr;
  s.told_to.answer = [&](net::connection& c) { parked = &c; };
  peer p(s);
  p.send(get("/1") + get("/2"));
  s.until([&] { return parked != nullptr; });
  s.settle();
  REQUIRE(s.told_to.requests.size() == 1);
  s.told_to.echo(*parked);
  // It is told from the loop, not from inside the answer.
  CHECK(s.told_to.requests.size() == 1);
  s.until([&] { return s.told_to.requests.size() == 2; });
  CHECK(s.told_to.requests[0].last < s.told_to.requests[1].first);
  s.told_to.echo(*parked);
  CHECK(p.answer().ends_with("/1 0"));
  CHECK(p.answer().ends_with("/2 0"));
}

TEST_CASE("more requests sent ahead than the buffer holds are all answered") {
  server s;
  net::connection* parked = nullptr;
  s.told_to.answer = [&](net::connection& c) { parked = &c; };
  peer p(s);
  p.send(get("/1"));
  s.until([&] { return parked != nullptr; });
  const std::size_t count = 10;
  for (std::size_t i = 0; i < count; ++i) p.send(post("/ahead", std::string(50'000, 'x')));
  s.settle();
  CHECK(s.told_to.requests.size() == 1);
  s.told_to.answer = [&](net::connection& c) { s.told_to.echo(c); };
  parked->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  p.answer();
  for (std::size_t i = 0; i < count; ++i) CHECK(p.answer().ends_with("/ahead 50000"));
}

TEST_CASE("an answer may come long after its request, with a body that lives elsewhere") {
  server s;
  net::connection* parked = nullptr;
  s.told_to.answer = [&](net::connection& c) { parked = &c; };
  peer p(s);
  p.send(get("/next"));
  s.until([&] { return parked != nullptr; });
  const std::string event = "{\"n\":1}";
  parked->write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", event);
  CHECK(p.answer().ends_with("\r\n\r\n" + event));
}

TEST_CASE("an answer larger than the socket's buffer arrives whole, and the connection lives on") {
  server s;
  std::string event(6'291'556, 'a');
  event.back() = 'z';
  s.told_to.answer = [&](net::connection& c) {
    c.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(event.size()) + "\r\n\r\n",
            event);
  };
  peer p(s);
  p.send(get("/next"));
  CHECK(p.answer().ends_with("\r\n\r\n" + event));
  s.told_to.answer = [&](net::connection& c) { s.told_to.echo(c); };
  p.send(post("/r", "ok"));
  CHECK(p.answer().ends_with("/r 2"));
}

TEST_CASE("chunks and trailers arrive as body and trailers") {
  server s;
  peer p(s);
  p.send(
      "POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: "
      "Lambda-Runtime-Function-Error-Type\r\n"
      "\r\n5\r\nhello\r\n0\r\nLambda-Runtime-Function-Error-Type: Runtime.Boom\r\n\r\n");
  CHECK(p.answer().ends_with("/r 5"));
  const told& t = s.told_to.requests.at(0);
  CHECK(t.body == "hello");
  REQUIRE(t.trailers.size() == 1);
  CHECK(t.trailers[0].second == "Runtime.Boom");
}

TEST_CASE("a peer that waits to be told to continue is told once") {
  server s;
  peer p(s);
  const std::string all = post("/r", "hello", "Expect: 100-continue\r\n");
  p.send(all.substr(0, all.size() - 5));
  const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK(p.receive(go_on.size()) == go_on);
  p.send("he");
  s.settle();
  p.send("llo");
  s.until([&] { return !s.told_to.requests.empty(); });
  s.settle();
  const std::string& received = p.receive(go_on.size() + 1);
  CHECK(received.find("100 Continue", go_on.size()) == std::string::npos);
  CHECK(received.ends_with("/r 5"));
}

TEST_CASE("a peer that does not wait for it is not told to continue") {
  server s;
  peer p(s);
  p.send(post("/r", "hello", "Expect: 100-continue\r\n"));
  CHECK(p.answer().starts_with("HTTP/1.1 200"));
}

TEST_CASE(
    "a body of the largest size is complete, one byte more is too large, and both keep the "
    "connection") {
  server s;
  peer p(s);
  p.send(post("/fits", std::string(6'291'556, 'x')));
  CHECK(p.answer().ends_with("/fits 6291556"));
  p.send(post("/large", std::string(6'291'557, 'x')));
  CHECK(p.answer().ends_with("/large 6291557"));
  p.send(get("/next"));
  CHECK(p.answer().ends_with("/next 0"));
  REQUIRE(s.told_to.requests.size() == 3);
  CHECK(s.told_to.requests[0].state == body_state::complete);
  CHECK(s.told_to.requests[0].body.size() == 6'291'556);
  CHECK(s.told_to.requests[1].state == body_state::too_large);
  CHECK(s.told_to.requests[2].state == body_state::complete);
}

TEST_CASE("bytes that are no request are answered with 400, and nothing after them is read") {
  server s;
  peer p(s);
  p.send("\x01\x02\x03 nonsense\r\n\r\n" + get("/r"));
  const std::string answer = p.receive_all();
  CHECK(answer.starts_with("HTTP/1.1 400 "));
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(s.told_to.refused == std::vector<std::uint16_t>{400});
  CHECK(s.told_to.requests.empty());
}

TEST_CASE("a head that is too large gets its 431 although the peer is still sending") {
  server s;
  peer p(s);
  p.send("GET / HTTP/1.1\r\nA: " + std::string(3'000'000, 'x'));
  CHECK(p.receive_all().starts_with("HTTP/1.1 431 "));
  CHECK(s.told_to.refused == std::vector<std::uint16_t>{431});
}

TEST_CASE(
    "a peer that ends inside a body leaves a truncated request, which can still be answered") {
  server s;
  peer p(s);
  p.send("POST /r HTTP/1.1\r\nContent-Length: 100\r\n\r\nhello");
  p.finish_sending();
  CHECK(p.receive_all().ends_with("/r 5"));
  REQUIRE(s.told_to.requests.size() == 1);
  CHECK(s.told_to.requests[0].state == body_state::truncated);
  CHECK(s.told_to.requests[0].body == "hello");
}

TEST_CASE(
    "a peer that vanishes inside a body leaves a truncated request, and the server survives") {
  server s;
  peer p(s);
  p.send("POST /r HTTP/1.1\r\nContent-Length: 100\r\n\r\nhello");
  p.hang_up();
  s.until([&] { return !s.told_to.requests.empty(); });
  CHECK(s.told_to.requests[0].state == body_state::truncated);
  s.settle();
  peer another(s);
  another.send(get("/next"));
  CHECK(another.answer().ends_with("/next 0"));
}

TEST_CASE("a peer that ends inside a head, or between requests, is only gone") {
  for (const char* begun : {"", "GE", "GET / HTTP/1.1\r\nHost: h"}) {
    CAPTURE(begun);
    server s;
    peer p(s);
    p.send(get("/1"));
    p.answer();
    p.send(begun);
    p.hang_up();
    s.until([&] { return s.told_to.closed == 1; });
    CHECK(s.told_to.requests.size() == 1);
    CHECK(s.told_to.refused.empty());
  }
}

TEST_CASE("a peer that goes while its request waits is noticed, and an answer to it does nothing") {
  server s;
  net::connection* parked = nullptr;
  s.told_to.answer = [&](net::connection& c) { parked = &c; };
  peer p(s);
  p.send(get("/next"));
  s.until([&] { return parked != nullptr; });
  const auto kept = parked->shared_from_this();
  p.hang_up();
  s.until([&] { return s.told_to.closed == 1; });
  CHECK_FALSE(kept->is_open());
  kept->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  kept->close();
  s.settle();
  CHECK(s.told_to.closed == 1);
}

TEST_CASE("a peer that goes without reading a large answer is noticed") {
  server s;
  const std::string event(20'000'000, 'a');
  s.told_to.answer = [&](net::connection& c) { c.write("HTTP/1.1 200 OK\r\n\r\n", event); };
  peer p(s);
  p.send(get("/next"));
  s.until([&] { return s.told_to.requests.size() == 1; });
  p.hang_up();
  s.until([&] { return s.told_to.closed == 1; });
}

TEST_CASE("a connection may be closed by its owner while it is told something") {
  server s;
  s.told_to.answer = [](net::connection& c) { c.close(); };
  peer p(s);
  p.send(get("/1") + get("/2"));
  CHECK(p.receive_all().empty());
  s.settle();
  CHECK(s.told_to.requests.size() == 1);
  CHECK(s.told_to.closed == 0);
}

TEST_CASE("a request is answered once") {
  server s;
  s.told_to.answer = [&](net::connection& c) {
    s.told_to.echo(c);
    CHECK_THROWS_AS(s.told_to.echo(c), broken_law);
  };
  peer p(s);
  p.send(get("/1"));
  p.answer();
}

TEST_CASE("a peer that asks for it, and one with HTTP/1.0, sees the end of the connection") {
  for (const std::string& request :
       {get("/1", "Connection: close\r\n"), std::string("GET /1 HTTP/1.0\r\n\r\n")}) {
    CAPTURE(request);
    server s;
    peer p(s);
    p.send(request + get("/2"));
    CHECK(p.receive_all().ends_with("/1 0"));
    p.hang_up();
    s.settle();
    CHECK(s.told_to.requests.size() == 1);
  }
}

TEST_CASE("the answer to HEAD is a head") {
  server s;
  peer p(s);
  p.send("HEAD /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  CHECK(p.receive_all() == "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
}

TEST_CASE("two connections do not disturb each other") {
  server s;
  net::connection* parked = nullptr;
  s.told_to.answer = [&](net::connection& c) {
    if (s.told_to.requests.back().target == "/next") {
      parked = &c;
    } else {
      s.told_to.echo(c);
    }
  };
  peer waiting(s);
  peer busy(s);
  waiting.send(get("/next"));
  s.until([&] { return parked != nullptr; });
  busy.send(post("/r", "abc"));
  CHECK(busy.answer().ends_with("/r 3"));
  parked->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(waiting.answer().ends_with("\r\n\r\n"));
}
