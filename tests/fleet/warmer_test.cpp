// SPDX-License-Identifier: Apache-2.0
#include "fleet/warmer.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace lambdaprof;
using namespace lambdaprof::fleet;
using namespace std::chrono_literals;

TEST_CASE("a warmer is read, spelled and read back") {
  const auto w = parse_warmer("every=4m,concurrency=5,hold=75ms");
  REQUIRE(w);
  CHECK(*w == warmer{4min, 5, 75ms, ""});
  CHECK(spell(*w) == "every=4m,concurrency=5,hold=75ms");
  CHECK(*parse_warmer("") == warmer{});
  CHECK(parse_warmer("concurrency=3")->every == 4min);
  const auto own = parse_warmer(R"(every=1m,payload={"a":1,"b":[2,3]})");
  REQUIRE(own);
  CHECK(own->payload == R"({"a":1,"b":[2,3]})");
  CHECK(*parse_warmer(spell(*own)) == *own);
}

TEST_CASE("what is no warmer is named") {
  for (const char* text : {"4m", "every=", "every=4", "every=0s", "concurrency=0",
                           "concurrency=1.5", "hold=1h", "hold", "often=1", "payload="}) {
    const auto w = parse_warmer(text);
    CAPTURE(text);
    REQUIRE_FALSE(w);
    CHECK(w.error().message.find("is not a warmer") != std::string::npos);
  }
}

TEST_CASE("pings are marked as both libraries mark theirs, and say how long to hold") {
  const warmer w{4min, 2, 75ms, ""};
  CHECK(ping_payload(w, 0) ==
        R"({"warmer":true,"source":"serverless-plugin-warmup",)"
        R"("__WARMER_INVOCATION__":2,"__WARMER_CONCURRENCY__":3,"hold_ms":75})");
  CHECK(ping_payload({4min, 2, 75ms, "[]"}, 1) == "[]");
}
