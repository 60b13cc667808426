// SPDX-License-Identifier: Apache-2.0
#include "host/service.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

namespace lambdaprof::host {
namespace {

using namespace std::chrono_literals;

result<service> start(const std::string& script, span patience = 20s) {
  return service::start({"/bin/sh", "-c", script}, "/", patience);
}

bool is_there(int pid) {
  return ::kill(pid, 0) == 0;
}

TEST_CASE("a service is there once it has said so") {
  auto s = start("echo loading; echo ready A=1 B=two; exec sleep 100");
  REQUIRE(s);
  CHECK(s->announcement() == "A=1 B=two");
  CHECK(s->last_words().empty());
}

TEST_CASE("the word ready alone is enough, and a longer word is another") {
  auto s = start("echo readying things; echo ready; exec sleep 100");
  REQUIRE(s);
  CHECK(s->announcement().empty());
}

TEST_CASE("nothing of a service is left, whether it goes in order or has to be killed") {
  for (const char* script : {"echo ready $$; exec sleep 100",
                             "trap '' TERM; echo ready $$; while :; do sleep 0.05; done"}) {
    CAPTURE(script);
    int pid = 0;
    {
      auto s = start(script);
      REQUIRE(s);
      pid = std::stoi(s->announcement());
      CHECK(is_there(pid));
    }
    CHECK_FALSE(is_there(pid));
  }
}

TEST_CASE("who ends before it is ready is quoted") {
  const auto s = start("echo no such thing >&2; exit 3");
  REQUIRE_FALSE(s);
  CHECK(s.error().message == "the service ended before it was ready: no such thing");
  CHECK(s.error().kind == fault_kind::host);
}

TEST_CASE("who is never ready is given up") {
  const auto s = start("exec sleep 100", 50ms);
  REQUIRE_FALSE(s);
  CHECK(s.error().message.starts_with("the service was not ready within"));
}

TEST_CASE("a program that cannot be started is a fault") {
  CHECK_FALSE(service::start({"/no/such/program"}, "/", 1s));
}

TEST_CASE("one that ends later is found out, with what it said") {
  auto s = start("echo ready; sleep 0.5; echo full >&2");
  REQUIRE(s);
  for (int i = 0; i < 500 && s->last_words().empty(); ++i) std::this_thread::sleep_for(10ms);
  CHECK(s->last_words() == "full");
}

TEST_CASE("a service that never stops talking is not held up") {
  auto s = start(
      "echo ready; i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; "
      "echo done >&2");
  REQUIRE(s);
  for (int i = 0; i < 1000 && s->last_words().empty(); ++i) std::this_thread::sleep_for(10ms);
  CHECK(s->last_words() == "done");
}

}  // namespace
}  // namespace lambdaprof::host
