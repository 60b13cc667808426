// SPDX-License-Identifier: Apache-2.0
#include "net/post.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "net/subscriber.hpp"

namespace lambdaprof {
namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";

/// A poster whose outcomes are written down.
struct sender {
  server& s;
  std::unique_ptr<net::poster> poster;
  std::vector<result<std::uint16_t>> outcomes;

  sender(server& at, std::uint16_t port, span limit = long_enough, std::string path = "/")
      : s(at), poster(std::make_unique<net::poster>(at.loop, port, std::move(path), limit)) {}

  void post(std::string body = "[1]") {
    poster->post(std::move(body), "application/json", {},
                 [this](const result<std::uint16_t>& r) { outcomes.push_back(r); });
  }
  const result<std::uint16_t>& outcome(std::size_t n = 1) {
    s.until([&] { return outcomes.size() >= n; });
    REQUIRE(outcomes.size() == n);
    return outcomes.back();
  }
};

TEST_CASE("a post arrives with its body, its path and its fields, and its status is told") {
  server s;
  net::poster poster(s.loop, s.at.port(), "/logs?a=b", long_enough);
  int status = 0;
  poster.post(R"([{"a":1}])", "application/json", {{"Sequence-Id", "7"}},
              [&](const result<std::uint16_t>& r) { status = *r; });
  CHECK(poster.is_busy());
  s.until([&] { return status != 0; });
  CHECK(status == 200);
  CHECK_FALSE(poster.is_busy());
  REQUIRE(s.told_to.requests.size() == 1);
  const told& t = s.told_to.requests.front();
  CHECK(t.method == "POST");
  CHECK(t.target == "/logs?a=b");
  CHECK(t.body == R"([{"a":1}])");
  const std::pair<std::string, std::string> host{
      "Host", "sandbox.localdomain:" + std::to_string(s.at.port())};
  CHECK(std::ranges::count(t.headers, host) == 1);
  CHECK(std::ranges::count(t.headers, std::pair<std::string, std::string>(
                                          "Content-Type", "application/json")) == 1);
  CHECK(std::ranges::count(t.headers, std::pair<std::string, std::string>("Sequence-Id", "7")) ==
        1);
}

TEST_CASE("posts share a connection, whatever their status") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  for (const int status : {200, 500, 404, 204, 302}) {
    CHECK(p.answer().ends_with("\r\n\r\n[1]"));
    const std::string body = status == 204 ? "" : "Content-Length: 3\r\n";
    p.send_now("HTTP/1.1 " + std::to_string(status) + " S\r\n" + body + "\r\n" +
               (status == 204 ? "" : "abc"));
    CHECK(*from.outcome(from.outcomes.size() + 1) == status);
    from.post();
  }
  CHECK(p.answer().ends_with("[1]"));
  CHECK_FALSE(to.has_caller());
}

TEST_CASE("nothing is told from inside a post, and that nobody listens is told once") {
  server s;
  subscriber to(s);
  to.stop();
  sender from(s, to.port());
  from.post();
  CHECK(from.outcomes.empty());
  const fault& f = from.outcome().error();
  CHECK(f.message.find("refused") != std::string::npos);
  CHECK(f.where == "127.0.0.1:" + std::to_string(to.port()));
}

TEST_CASE("a subscriber that does not answer fails in time, and the next post calls anew") {
  server s;
  subscriber to(s);
  sender from(s, to.port(), soon);
  from.post();
  peer silent = to.accept();
  CHECK(from.outcome().error().message == "it did not answer in time");
  CHECK(silent.receive_all().ends_with("[1]"));
  from.post("[2]");
  peer next = to.accept();
  CHECK(next.answer().ends_with("[2]"));
  next.send_now(ok);
  CHECK(*from.outcome(2) == 200);
}

TEST_CASE("a subscriber that never reads fails in time") {
  server s;
  subscriber to(s);
  sender from(s, to.port(), soon);
  from.post(std::string(20'000'000, 'x'));
  peer deaf = to.accept();
  CHECK_FALSE(from.outcome().has_value());
}

TEST_CASE("a subscriber that closes without an answer fails at once") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.hang_up();
  CHECK(from.outcome().error().message == "it closed the connection");
  CHECK_FALSE(to.has_caller());
}

TEST_CASE("an answer that breaks off in its head, or is none, fails at once") {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nConte", "rubbish\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"}) {
    CAPTURE(bytes);
    server s;
    subscriber to(s);
    sender from(s, to.port());
    from.post();
    peer p = to.accept();
    p.answer();
    p.send_now(bytes);
    p.finish_sending();
    CHECK_FALSE(from.outcome().has_value());
  }
}

TEST_CASE("a connection that was closed between two posts is replaced") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  {
    peer p = to.accept();
    p.answer();
    p.send_now(ok);
    CHECK(*from.outcome() == 200);
  }
  from.post("[2]");
  peer next = to.accept();
  CHECK(next.answer().ends_with("[2]"));
  next.send_now(ok);
  CHECK(*from.outcome(2) == 200);
}

TEST_CASE("a kept connection that is closed just when a post comes is replaced, but only once") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.send_now(ok);
  from.outcome();
  from.post("[2]");
  p.answer();
  p.hang_up();
  peer next = to.accept();
  CHECK(next.answer().ends_with("[2]"));
  next.hang_up();
  CHECK_FALSE(from.outcome(2).has_value());
  CHECK_FALSE(to.has_caller());
}

TEST_CASE("a connection is not used again after words that nobody asked for, or 'close'") {
  for (const char* first : {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 408 Late\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    CAPTURE(first);
    server s;
    subscriber to(s);
    sender from(s, to.port());
    from.post();
    peer p = to.accept();
    p.answer();
    p.send_now(first);
    CHECK(*from.outcome() == 200);
    from.post();
    peer next = to.accept();
    CHECK(next.answer().ends_with("[1]"));
  }
}

TEST_CASE("words on an idle connection end it") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.send_now(ok);
  from.outcome();
  p.send_now("HTTP/1.1 408 Request Timeout\r\n\r\n");
  from.post("[2]");
  peer next = to.accept();
  CHECK(next.answer().ends_with("[2]"));
}

TEST_CASE("an answer that is announced to be huge counts, and is not read") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.send_now("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nabc");
  CHECK(*from.outcome() == 200);
  CHECK(p.receive_all().empty());
}

TEST_CASE("an answer that turns out to be huge is left unread, and counts") {
  const std::string block(8000, 'x');
  for (const bool chunked : {true, false}) {
    CAPTURE(chunked);
    server s;
    subscriber to(s);
    sender from(s, to.port());
    from.post();
    peer p = to.accept();
    p.answer();
    p.send_now(chunked ? "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n"
                       : "HTTP/1.1 503 Busy\r\n\r\n");
    for (std::size_t sent = 0; sent <= net::poster::answer_limit; sent += block.size())
      p.send_now(chunked ? "1f40\r\n" + block + "\r\n" : block);
    CHECK(*from.outcome() == 503);
    CHECK(p.was_closed());
  }
}

TEST_CASE("an answer whose body never ends counts when the time is over") {
  server s;
  subscriber to(s);
  sender from(s, to.port(), soon);
  from.post();
  peer p = to.accept();
  p.answer();
  p.send_now("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
  CHECK(*from.outcome() == 200);
}

TEST_CASE("an answer that ends with its connection counts") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.send_now("HTTP/1.0 200 OK\r\n\r\nsome text");
  p.finish_sending();
  CHECK(*from.outcome() == 200);
}

TEST_CASE("a head without end is refused") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.send("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x'));
  CHECK_FALSE(from.outcome().has_value());
}

TEST_CASE("provisional answers are passed over") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  p.send_now("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok);
  CHECK(*from.outcome() == 200);
  from.post("[2]");
  CHECK(p.answer().ends_with("[2]"));
}

TEST_CASE("a body of many megabytes arrives whole at a slow reader") {
  server s;
  subscriber to(s);
  sender from(s, to.port());
  std::string body(8'000'000, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i % 26);
  from.post(body);
  peer p = to.accept();
  s.settle();
  const std::string got = p.answer();
  CHECK(got.size() > body.size());
  CHECK(got.ends_with(body));
  p.send_now(ok);
  CHECK(*from.outcome() == 200);
}

TEST_CASE("a post may follow from inside the outcome of another") {
  server s;
  net::poster poster(s.loop, s.at.port(), "/", long_enough);
  int told = 0;
  std::function<void(const result<std::uint16_t>&)> next = [&](const result<std::uint16_t>& r) {
    CHECK(*r == 200);
    if (++told < 20) poster.post(std::to_string(told), "text/plain", {}, next);
  };
  poster.post("0", "text/plain", {}, next);
  s.until([&] { return told == 20; });
  CHECK(s.told_to.requests.size() == 20);
  CHECK(s.told_to.requests.back().body == "19");
}

TEST_CASE("a post may follow from inside the outcome of one that was given up") {
  server s;
  subscriber to(s);
  net::poster poster(s.loop, to.port(), "/", soon);
  int told = 0;
  std::function<void(const result<std::uint16_t>&)> next = [&](const result<std::uint16_t>& r) {
    CHECK_FALSE(r.has_value());
    if (++told < 3) poster.post(std::string(5'000'000, 'x'), "text/plain", {}, next);
  };
  poster.post("0", "text/plain", {}, next);
  s.until([&] { return told == 3; });
}

TEST_CASE("a poster may go in any state, and nothing is told after that") {
  for (int stage = 0; stage < 6; ++stage) {
    CAPTURE(stage);
    server s;
    subscriber to(s);
    sender from(s, to.port());
    from.post(stage == 2 ? std::string(20'000'000, 'x') : "[1]");
    if (stage >= 1) {
      peer p = to.accept();
      if (stage == 2) s.settle();
      if (stage >= 3) p.answer();
      if (stage == 4) p.send_now("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      if (stage == 5) p.send_now(ok);
      if (stage == 4) s.settle();
      from.poster.reset();
      CHECK((p.receive_all().size() < 20'000'000));
    } else {
      from.poster.reset();
    }
    s.settle();
    CHECK(from.outcomes.empty());
  }
}

TEST_CASE("a poster may go from inside an outcome") {
  server s;
  auto poster = std::make_unique<net::poster>(s.loop, s.at.port(), "/", long_enough);
  poster->post("1", "text/plain", {}, [&](const result<std::uint16_t>&) { poster.reset(); });
  s.until([&] { return poster == nullptr; });
  s.settle();
  CHECK(s.told_to.requests.size() == 1);
}

TEST_CASE("a poster that has nothing to do keeps no loop running") {
  boost::asio::io_context loop{1};
  server s;
  subscriber to(s);
  to.stop();
  net::poster poster(loop, to.port(), "/", long_enough);
  int told = 0;
  poster.post("1", "text/plain", {}, [&](const result<std::uint16_t>&) { ++told; });
  loop.run();
  CHECK(told == 1);
}

TEST_CASE("no connection of a poster is left open in a process that is started") {
  const auto before = open_descriptors();
  server s;
  subscriber to(s);
  sender from(s, to.port());
  from.post();
  peer p = to.accept();
  p.answer();
  const auto now = open_descriptors();
  REQUIRE(now.size() >= before.size() + 4);
  for (const int fd : now) {
    if (std::ranges::count(before, fd) != 0) continue;
    CAPTURE(fd);
    CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  }
}

}  // namespace
}  // namespace lambdaprof
