// SPDX-License-Identifier: Apache-2.0
#include "net/line_sender.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "net/subscriber.hpp"

namespace lambdaprof {
namespace {

struct lines_out {
  server& s;
  std::unique_ptr<net::line_sender> sender;
  std::vector<result<void>> outcomes;

  lines_out(server& at, std::uint16_t port, span limit = long_enough)
      : s(at), sender(std::make_unique<net::line_sender>(at.loop, port, limit)) {}

  void send(std::string lines) {
    sender->send(std::move(lines), [this](const result<void>& r) { outcomes.push_back(r); });
  }
  const result<void>& outcome(std::size_t n = 1) {
    s.until([&] { return outcomes.size() >= n; });
    REQUIRE(outcomes.size() == n);
    return outcomes.back();
  }
};

TEST_CASE("lines are sent one after the other on one connection") {
  server s;
  subscriber to(s);
  lines_out out(s, to.port());
  out.send("{}\n[]\n");
  CHECK(out.sender->is_busy());
  CHECK(out.outcomes.empty());
  peer p = to.accept();
  CHECK(out.outcome().has_value());
  CHECK_FALSE(out.sender->is_busy());
  out.send("1\n");
  CHECK(out.outcome(2).has_value());
  CHECK(p.receive(8) == "{}\n[]\n1\n");
  CHECK_FALSE(to.has_caller());
}

TEST_CASE("that nobody listens for lines is told once, and they may be sent again") {
  server s;
  subscriber to(s);
  const std::uint16_t port = to.port();
  to.stop();
  lines_out out(s, port);
  out.send("1\n");
  CHECK(out.outcome().error().message.find("refused") != std::string::npos);
  out.send("1\n");
  CHECK_FALSE(out.outcome(2).has_value());
}

TEST_CASE("a reader of lines that has hung up is called anew") {
  server s;
  subscriber to(s);
  lines_out out(s, to.port());
  out.send("1\n");
  {
    peer p = to.accept();
    CHECK(p.receive(2) == "1\n");
    out.outcome();
  }
  out.send("2\n");
  peer next = to.accept();
  CHECK(next.receive(2) == "2\n");
  CHECK(out.outcome(2).has_value());
}

TEST_CASE("what a reader of lines says is passed over, and its connection is kept") {
  server s;
  subscriber to(s);
  lines_out out(s, to.port());
  out.send("1\n");
  peer p = to.accept();
  p.receive(2);
  out.outcome();
  p.send_now(std::string(100'000, 'x'));
  out.send("2\n");
  CHECK(out.outcome(2).has_value());
  CHECK(p.receive(4) == "1\n2\n");
  CHECK_FALSE(to.has_caller());
}

TEST_CASE("a reader that does not read fails in time, and no line of it is continued") {
  server s;
  subscriber to(s);
  lines_out out(s, to.port(), soon);
  out.send(std::string(20'000'000, 'x') + "\n");
  peer deaf = to.accept();
  CHECK(out.outcome().error().message == "it did not read in time");
  out.send("2\n");
  peer next = to.accept();
  CHECK(next.receive(2) == "2\n");
  CHECK(deaf.receive_all().find('\n') == std::string::npos);
}

TEST_CASE("lines of many megabytes arrive whole") {
  server s;
  subscriber to(s);
  lines_out out(s, to.port());
  std::string lines;
  while (lines.size() < 8'000'000) lines += std::to_string(lines.size()) + "\n";
  out.send(lines);
  peer p = to.accept();
  CHECK((p.receive(lines.size()) == lines));
  CHECK(out.outcome().has_value());
}

TEST_CASE("a sender of lines may go in any state, and from inside an outcome") {
  for (int stage = 0; stage < 3; ++stage) {
    CAPTURE(stage);
    server s;
    subscriber to(s);
    lines_out out(s, to.port());
    out.send(std::string(20'000'000, 'x'));
    if (stage == 0) {
      out.sender.reset();
    } else {
      peer p = to.accept();
      if (stage == 2) s.settle();
      out.sender.reset();
      CHECK((p.receive_all().size() < 20'000'000));
    }
    s.settle();
    CHECK(out.outcomes.empty());
  }
  server s;
  subscriber to(s);
  auto sender = std::make_unique<net::line_sender>(s.loop, to.port(), long_enough);
  sender->send("1\n", [&](const result<void>&) { sender.reset(); });
  peer p = to.accept();
  CHECK(p.receive_all() == "1\n");
  CHECK(sender == nullptr);
}

TEST_CASE("a sender of lines that has nothing to do keeps no loop running") {
  boost::asio::io_context loop{1};
  server s;
  subscriber to(s);
  net::line_sender sender(loop, to.port(), long_enough);
  int told = 0;
  sender.send("1\n", [&](const result<void>& r) { told += r.has_value() ? 1 : 10; });
  loop.run();
  CHECK(told == 1);
  CHECK(to.has_caller());
}

}  // namespace
}  // namespace lambdaprof
