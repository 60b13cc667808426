// SPDX-License-Identifier: Apache-2.0
#include "report/utc.hpp"

#include <doctest/doctest.h>

namespace lambdaprof {

using namespace std::chrono_literals;
using report::parse_utc;
using report::utc_text;
using report::utc_time;

TEST_CASE("an instant of the calendar is read and written, to the millisecond") {
  const auto t = parse_utc("2026-11-24T09:30:00Z");
  REQUIRE(t);
  CHECK(t->time_since_epoch() == 1'795'512'600s);
  CHECK(utc_text(*t + 1999us) == "2026-11-24T09:30:00.001Z");
  CHECK(utc_text(*t - 1us) == "2026-11-24T09:29:59.999Z");
  CHECK(utc_text(*t + 24h * 99) == "2027-03-03T09:30:00.000Z");
  CHECK(parse_utc("2026-11-24T09:30:00.123Z") == *t + 123ms);
  CHECK(parse_utc("2026-11-24T09:30:00.1234567891Z") == *t + 123'456us);
  CHECK(parse_utc("2028-02-29T23:59:59Z"));
  CHECK(utc_text(utc_time{} - 1us) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("what is no instant of the calendar is none") {
  for (const char* text :
       {"", "Z", "2026-11-24", "2026-11-24T09:30:00", "2026-11-24 09:30:00Z",
        "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T09:60:00Z", "2026-11-24T09:30:61Z", "2026-11-24T09:30:00,1Z",
        "2026-11-24T09:30:00.1x2Z", "2026-11-24T09:30:00+01:00", "xxxx-11-24T09:30:00Z"}) {
    CAPTURE(text);
    CHECK(!parse_utc(text));
  }
}

}  // namespace lambdaprof
