// SPDX-License-Identifier: Apache-2.0
// Marks, and the trace of starts, in profiles and as flags.
#include <doctest/doctest.h>

#include <string>

#include "profile/print.hpp"
#include "profile/read.hpp"

using namespace lambdaprof;
using namespace lambdaprof::profile;

namespace {

using marks_of_profile = mark_list::value_type;

std::string complaint(const std::string& text) {
  const auto p = read_profile_text(text, "x.json");
  return p ? "" : to_string(p.error());
}

}  // namespace

TEST_CASE("marks are names with texts, and a flag adds one or replaces that of its name") {
  auto p =
      read_profile_text(R"({"marks": {"ready": "initialized in", "open": "connected"}})", "x.json");
  REQUIRE(p);
  CHECK(p->marks == marks_of_profile{{"ready", "initialized in"}, {"open", "connected"}});
  REQUIRE(apply_flag(*p, "marks", "warm=a=b", "--mark"));
  REQUIRE(apply_flag(*p, "marks", "open=opened", "--mark"));
  CHECK(p->marks ==
        marks_of_profile{{"ready", "initialized in"}, {"open", "opened"}, {"warm", "a=b"}});
  CHECK(origin(*p, "marks.open") == "--mark");
  CHECK(origin(*p, "marks.ready") == "x.json");
  const auto again = read_profile_text(print_profile(*p), "y.json");
  REQUIRE(again);
  CHECK(again->marks == p->marks);
}

TEST_CASE("a mark that cannot be one is refused with its name") {
  CHECK(complaint(R"({"marks": []})").find("x.json: marks: expected an object of up to 32 names") ==
        0);
  CHECK(complaint(R"({"marks": {"a b": "x"}})") ==
        "x.json: marks.\"a b\": the name of a mark is 1 to 40 letters, digits, - and _");
  CHECK(complaint(R"({"marks": {"a": 3}})").find("x.json: marks.a: expected a text, got 3") == 0);
  for (const char* text : {"\"\"", R"("a\nb")", R"("a\u0000")"})
    CHECK(complaint(std::string(R"({"marks": {"a": )") + text + "}}")
              .find("x.json: marks.a: expected a part of one line, 1 to 1000 bytes") == 0);
  std::string many;
  for (int i = 0; i < 33; ++i) many += (i > 0 ? ", \"m" : "\"m") + std::to_string(i) + "\": \"x\"";
  CHECK(complaint("{\"marks\": {" + many + "}}").find("expected an object of up to 32 names") !=
        std::string::npos);
  lambdaprof::profile::profile p;
  const auto flag = apply_flag(p, "marks", "initialized in", "--mark");
  REQUIRE_FALSE(flag);
  CHECK(to_string(flag.error()).find("--mark: expected a mark, got") == 0);
  CHECK_FALSE(apply_flag(p, "marks", "=x", "--mark"));
  CHECK_FALSE(apply_flag(p, "marks", "a=", "--mark"));
}

TEST_CASE("a trace of the starts is asked for by the profile or by a flag") {
  lambdaprof::profile::profile p;
  CHECK_FALSE(p.function.traces_init);
  REQUIRE(apply_flag(p, "init_trace", "true", "--init-trace"));
  CHECK(p.function.traces_init);
  CHECK(read_profile_text(R"({"init_trace": true})", "x.json")->function.traces_init);
}

TEST_CASE("all variants share marks and trace") {
  CHECK(complaint(R"({"variants": {"a": {"marks": {"x": "y"}}}})")
            .find("all variants of a trial share marks") != std::string::npos);
  CHECK(complaint(R"({"variants": {"a": {"init_trace": true}}})")
            .find("all variants of a trial share init_trace") != std::string::npos);
}
