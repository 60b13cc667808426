// SPDX-License-Identifier: Apache-2.0
// What the official clients stream, whole and with an error in the midst of it.
#include <string_view>

#include "sandbox/official.hpp"

namespace lambdaprof {

using namespace std::chrono_literals;
using journal::outcome;
using support::error_of;
using support::lines_of;
using support::log_of;
using support::missing;
using support::official;
using support::said_by;

namespace {

constexpr const char* slow = R"({"chunks":3,"pause_ms":100,"fail":false})";
constexpr const char* failing = R"({"chunks":3,"pause_ms":20,"fail":true})";
constexpr std::uint64_t bytes_of_rust_prelude = 85 + 8;  // with its zero bytes
constexpr std::uint64_t bytes_of_chunks = std::string_view("chunk 1\nchunk 2\nchunk 3\n").size();

official streaming(const std::string& name, const std::string& event) {
  official t(name, name == "client-rust" ? "" : "stream");
  t.settings.function.invoke_mode = environment::invoke_mode::response_stream;
  t.event = event;
  return t;
}

/// The first byte comes before two pauses of 100 ms, and the last one after them.
void check_slow(const analysis::timeline& line, std::uint64_t bytes) {
  REQUIRE(line.invocations.size() == 2);
  for (const auto& i : line.invocations) {
    CHECK_MESSAGE(i.is_success(), i.error);
    CHECK(i.response_bytes == bytes);
    CHECK(i.is_streamed);
    CHECK(i.answered - i.first_byte > 50ms);
    CHECK(i.time_to_first_byte().value() < i.latency().value());
  }
  CHECK(line.refusals.empty());
}

void check_refused_midway(const analysis::timeline& line) {
  REQUIRE(line.invocations.size() == 2);
  for (const auto& i : line.invocations) {
    CHECK(i.how == outcome::function_error);
    CHECK(error_of(i)["errorType"] == "OrderRefused");
    CHECK(error_of(i)["errorMessage"] == "order 7 refused");
    CHECK(i.error_type == "Runtime.Unknown");
    CHECK(i.is_streamed);
    CHECK(i.first_byte <= i.answered);
  }
  CHECK(line.invocations[1].start == journal::start_kind::warm);
  CHECK(line.environments[0].attempts == 1);
  CHECK_MESSAGE(line.refusals.empty(), line.refusals.front().what);
}

}  // namespace

TEST_CASE("Go streams its response, of which the first byte comes before the last") {
  if (const auto reason = missing({"client-go"})) return support::skip(*reason);
  check_slow(streaming("client-go", slow).run(), bytes_of_chunks);
}

TEST_CASE("Node streams its response, of which the first byte comes before the last") {
  if (const auto reason = missing({"client-node"})) return support::skip(*reason);
  check_slow(streaming("client-node", slow).run(), bytes_of_chunks);
}

TEST_CASE("Rust streams its response behind an HTTP prelude, and the first byte comes first") {
  if (const auto reason = missing({"client-rust"})) return support::skip(*reason);
  check_slow(streaming("client-rust", slow).run(), bytes_of_rust_prelude + bytes_of_chunks);
}

TEST_CASE("an error in the midst of a stream of Go is seen by the invoker after the chunks") {
  if (const auto reason = missing({"client-go"})) return support::skip(*reason);
  auto t = streaming("client-go", failing);
  check_refused_midway(t.run());
  CHECK(log_of(t.log) == lines_of("#0") + lines_of("#1"));
}

TEST_CASE("an error in the midst of a stream of Node is seen by the invoker, and does no harm") {
  if (const auto reason = missing({"client-node"})) return support::skip(*reason);
  auto t = streaming("client-node", failing);
  // It asks for the next event before the stream has ended.
  check_refused_midway(t.run());
  CHECK(log_of(t.log, said_by::lambda) == lines_of("#0") + lines_of("#1"));
}

TEST_CASE("Rust writes its trailers into the body, so that an aborted stream is a success") {
  if (const auto reason = missing({"client-rust"})) return support::skip(*reason);
  auto t = streaming("client-rust", failing);
  const auto line = t.run();
  REQUIRE(line.invocations.size() == 2);
  for (const auto& i : line.invocations) {
    CHECK_MESSAGE(i.is_success(), i.error);
    CHECK(i.response_bytes > bytes_of_rust_prelude + bytes_of_chunks);
  }
  CHECK(line.refusals.empty());
}

}  // namespace lambdaprof
