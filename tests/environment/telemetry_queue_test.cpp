// SPDX-License-Identifier: Apache-2.0
#include "environment/telemetry_queue.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace lambdaprof::environment {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr instant start{seconds(100)};

telemetry_queue queue(delivery_protocol protocol = delivery_protocol::http) {
  return {buffering_settings{}, protocol};
}

std::string event(std::size_t size, char c = 'x') {
  return "\"" + std::string(size - 2, c) + "\"";
}

/// Fails every attempt of the batch that is due next; the instants at which it was tried.
std::vector<instant> fail_to_the_end(telemetry_queue& q) {
  std::vector<instant> tried;
  const std::uint64_t first = q.take(q.due())->sequence;
  for (instant now = q.due();; now = q.due()) {
    if (!tried.empty()) {
      const telemetry_batch* again = q.take(now);
      if (again == nullptr || again->sequence != first) return tried;
    }
    tried.push_back(tried.empty() ? start : now);
    q.failed(tried.back());
    if (q.is_idle() || q.due() < tried.back()) return tried;
  }
}

TEST_CASE("nothing is due while nothing waits") {
  telemetry_queue q = queue();
  CHECK(q.due() == never);
  CHECK(q.take(start) == nullptr);
  CHECK(q.take(never) == nullptr);
  CHECK(q.is_idle());
  CHECK_FALSE(q.take_dropped().has_value());
  q.flush();
  CHECK(q.due() == never);
}

TEST_CASE("a batch is due when the oldest event has waited for the timeout, and not before") {
  telemetry_queue q = queue();
  q.add(start, R"({"a":1})");
  q.add(start + milliseconds(900), R"({"b":2})");
  CHECK(q.due() == start + seconds(1));
  CHECK(q.take(start + milliseconds(999)) == nullptr);
  const telemetry_batch* batch = q.take(start + seconds(1));
  REQUIRE(batch != nullptr);
  CHECK(batch->body == R"([{"a":1},{"b":2}])");
  CHECK(batch->records == 2);
  CHECK(batch->bytes == 14);
  CHECK(batch->sequence == 1);
  CHECK_FALSE(q.is_idle());
  q.delivered();
  CHECK(q.is_idle());
}

TEST_CASE("a batch over TCP is one event a line") {
  telemetry_queue q = queue(delivery_protocol::tcp);
  q.add(start, R"({"a":1})");
  q.add(start, R"({"b":2})");
  CHECK(q.take(start + seconds(1))->body == "{\"a\":1}\n{\"b\":2}\n");
}

TEST_CASE("as many events as a batch may hold are due at once, and the rest waits for its time") {
  telemetry_queue q({.max_items = 1000}, delivery_protocol::http);
  for (int i = 0; i < 999; ++i) q.add(start, "1");
  CHECK(q.due() == start + seconds(1));
  q.add(start, "1");
  CHECK(q.due() <= start);
  q.add(start + milliseconds(300), "2");
  const telemetry_batch* batch = q.take(start + milliseconds(300));
  REQUIRE(batch != nullptr);
  CHECK(batch->records == 1000);
  q.delivered();
  CHECK(q.due() == start + milliseconds(1300));
  CHECK(q.take(q.due())->body == "[2]");
}

TEST_CASE("the event that fills a batch by its bytes is the last in it") {
  telemetry_queue q = queue();
  q.add(start, event(262'143));
  CHECK(q.due() == start + seconds(1));
  q.add(start, event(200'000));
  q.add(start, event(10));
  const telemetry_batch* batch = q.take(start);
  REQUIRE(batch != nullptr);
  CHECK(batch->records == 2);
  CHECK(batch->bytes == 462'143);
}

TEST_CASE("one batch is under way at a time") {
  telemetry_queue q = queue();
  q.add(start, "1");
  REQUIRE(q.take(start + seconds(1)) != nullptr);
  q.add(start, "2");
  q.flush();
  CHECK(q.due() == never);
  CHECK(q.take(start + seconds(9)) == nullptr);
  q.delivered();
  CHECK(q.take(start + seconds(9))->sequence == 2);
}

TEST_CASE("a flush makes due what waits, but not what comes after it") {
  telemetry_queue q({.max_items = 1000}, delivery_protocol::http);
  for (int i = 0; i < 1500; ++i) q.add(start, "1");
  q.flush();
  q.add(start, "2");
  CHECK(q.take(start)->records == 1000);
  q.delivered();
  // What came meanwhile goes along, since there is room for it.
  CHECK(q.take(start)->records == 501);
  q.delivered();
  q.add(start, "3");
  CHECK(q.due() == start + seconds(1));
}

TEST_CASE("a batch that fails is tried again, the same and under its number, each time later") {
  telemetry_queue q = queue();
  q.add(start, "1");
  const telemetry_batch first = *q.take(start + seconds(1));
  instant now = start + seconds(1);
  for (const int pause : {100, 200, 400, 800, 1600}) {
    q.add(now, "2");
    q.failed(now);
    CHECK(q.due() == now + milliseconds(pause));
    CHECK(q.take(q.due() - span(1)) == nullptr);
    now = q.due();
    const telemetry_batch* again = q.take(now);
    REQUIRE(again != nullptr);
    CHECK(again->body == first.body);
    CHECK(again->sequence == first.sequence);
  }
  CHECK_FALSE(q.take_dropped().has_value());
  q.delivered();
  CHECK(q.take(now + seconds(1))->body == "[2,2,2,2,2]");
}

TEST_CASE("a batch that fails to the end is given up and told of, and the next one is sent") {
  telemetry_queue q = queue();
  q.add(start, event(50));
  q.add(start, event(7));
  CHECK(fail_to_the_end(q).size() == telemetry_queue::most_attempts);
  const auto dropped = q.take_dropped();
  REQUIRE(dropped.has_value());
  CHECK(dropped->bytes == 57);
  CHECK(dropped->records == 2);
  CHECK_FALSE(dropped->reason.empty());
  CHECK_FALSE(q.take_dropped().has_value());
  CHECK(q.is_idle());
  q.add(start + seconds(10), "1");
  const telemetry_batch* next = q.take(start + seconds(11));
  REQUIRE(next != nullptr);
  CHECK(next->sequence == 2);
}

TEST_CASE("after a batch was given up, the next one has all its attempts") {
  telemetry_queue q = queue();
  q.add(start, "1");
  fail_to_the_end(q);
  q.add(start, "2");
  CHECK(fail_to_the_end(q).size() == telemetry_queue::most_attempts);
}

TEST_CASE("a flush does not wait for the time of an attempt that was put off") {
  telemetry_queue q = queue();
  q.add(start, "1");
  REQUIRE(q.take(start + seconds(1)) != nullptr);
  q.failed(start + seconds(1));
  CHECK(q.take(start + seconds(1)) == nullptr);
  q.flush();
  CHECK(q.take(start + seconds(1)) != nullptr);
}

TEST_CASE("what waits for a slow consumer is bounded, and what was dropped is told once") {
  telemetry_queue q = queue();
  q.add(start, "0");
  REQUIRE(q.take(start + seconds(1)) != nullptr);
  const std::string line = event(1000);
  std::uint64_t kept = 0;
  for (int i = 0; i < 10'000; ++i) q.add(start, line);
  CHECK_FALSE(q.take_dropped().has_value());
  q.delivered();
  std::optional<dropped_events> dropped;
  while (const telemetry_batch* batch = q.take(start + seconds(2))) {
    CHECK(batch->bytes < 262'144 + 1000);
    kept += batch->records;
    if (const auto told = q.take_dropped()) {
      CHECK_FALSE(dropped.has_value());
      dropped = told;
    }
    q.delivered();
  }
  REQUIRE(dropped.has_value());
  CHECK(kept * 1000 < 2 * 262'144 + 1000);
  CHECK(kept + dropped->records == 10'000);
  CHECK(dropped->bytes == dropped->records * 1000);
  CHECK(dropped->reason ==
        "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.");
}

TEST_CASE("many small events are bounded by their number") {
  telemetry_queue q({.max_items = 1000}, delivery_protocol::http);
  for (int i = 0; i < 5000; ++i) q.add(start, "1");
  CHECK(q.take(start)->records == 1000);
  const auto dropped = q.take_dropped();
  REQUIRE(dropped.has_value());
  CHECK(dropped->records == 3000);
  CHECK(dropped->bytes == 3000);
}

TEST_CASE("an event that tells of dropped ones finds room") {
  telemetry_queue q = queue();
  for (int i = 0; i < 1000; ++i) q.add(start, event(1000));
  REQUIRE(q.take(start) != nullptr);
  REQUIRE(q.take_dropped().has_value());
  q.add(start, R"({"type":"platform.logsDropped"})");
  CHECK_FALSE(q.take_dropped().has_value());
}

TEST_CASE("a single event larger than all that may wait is still delivered") {
  telemetry_queue q = queue();
  q.add(start, event(2'000'000));
  const telemetry_batch* batch = q.take(start);
  REQUIRE(batch != nullptr);
  CHECK(batch->bytes == 2'000'000);
}

TEST_CASE("the largest settings keep their limits") {
  telemetry_queue q({.max_items = 10'000, .max_bytes = 1'048'576, .timeout = milliseconds(25)},
                    delivery_protocol::tcp);
  for (int i = 0; i < 30'000; ++i) q.add(start, "1");
  const telemetry_batch* batch = q.take(start);
  REQUIRE(batch != nullptr);
  CHECK(batch->records == 10'000);
  CHECK(batch->body.size() == 20'000);
  q.delivered();
  CHECK(q.due() == start);
}

}  // namespace
}  // namespace lambdaprof::environment
