// SPDX-License-Identifier: Apache-2.0
// `lambdaprof check` as a user calls it: each fault of a function is found, and nothing where there
// is none.
#include "cli_fixture.hpp"
#include "command/teller.hpp"
#include "support/skip.hpp"

using namespace lambdaprof::cli;
namespace support = lambdaprof::support;

namespace {

struct checked {
  outcome seen;
  nlohmann::json json;
  std::vector<std::string> kinds() const {
    std::vector<std::string> all;
    for (const auto& f : json["findings"]) all.push_back(f["kind"].get<std::string>());
    return all;
  }
  nlohmann::json growth(const std::string& of) const {
    for (const auto& g : json["growth"])
      if (g["of"] == of) return g;
    return {};
  }
};

checked check(const std::string& arguments) {
  const workplace f;
  checked c{run("$L check " + arguments + " --json $F/c.json --markdown $F/c.md"), {}};
  REQUIRE_MESSAGE(fs::exists(f.at("c.json")), c.seen.err);
  c.json = f.json("c.json");
  CHECK(c.json["schema"] == "lambdaprof.check/v1");
  CHECK(!content(f.at("c.md")).empty());
  return c;
}

const std::string stateful = "$S/stateful -e '{\"n\":1}' -e '{\"n\":2}' --rounds 12 ";
using kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("hello keeps nothing") {
  const checked c = check("$S/hello --rounds 40");
  CHECK_MESSAGE(c.seen.status == 0, c.seen.out);
  CHECK(contains(c.seen.out, "stateless as far as was seen: 1 event × 40"));
  CHECK(c.kinds().empty());
  CHECK(c.json["answered"] == 40);
  const auto descriptors = c.growth("descriptors")["values"];
  REQUIRE(descriptors.size() == 40);
  CHECK(descriptors.front() == descriptors.back());
  CHECK(c.json["sigterm"]["in_time"] == true);
}

TEST_CASE("a function without a fault has no finding, with several events") {
  const checked c = check(stateful);
  CHECK_MESSAGE(c.seen.status == 0, c.seen.out);
  CHECK(c.json["answered"] == 24);
}

TEST_CASE("an answer that depends on what came before is found, with its path") {
  const checked c = check(stateful + "--env REMEMBER=1");
  CHECK_MESSAGE(c.seen.status == 1, c.seen.out);
  CHECK(c.kinds() == kinds{"answer", "answer"});
  CHECK(contains(c.seen.out, "/state/count"));
  CHECK(contains(c.seen.out, "after event"));
  CHECK(check(stateful + "--env REMEMBER=1 --ignore /state").seen.status == 0);
}

TEST_CASE("what differs on fresh environments already is said and not compared") {
  const checked c = check(stateful + "--env RANDOM=1");
  CHECK_MESSAGE(c.seen.status == 0, c.seen.out);
  REQUIRE(c.json["varying"].size() == 2);
  CHECK(c.json["varying"][0]["paths"] == nlohmann::json{"/id"});
  CHECK(contains(c.seen.out, "differently by fresh environments already"));
  CHECK(check(stateful + "--env RANDOM=1 --env REMEMBER=1").seen.status == 1);
}

TEST_CASE("an answer that is no JSON is compared as a whole") {
  CHECK(check(stateful + "--env ANSWER=text").seen.status == 0);
  const checked c = check(stateful + "--env ANSWER=text --env REMEMBER=1");
  CHECK(c.seen.status == 1);
  CHECK(contains(c.seen.out, "the whole answer"));
}

TEST_CASE("growth is found for each of the things that are held") {
  struct {
    const char* setting;
    const char* of;
    double slope;
  } const cases[] = {{"LEAK_FD=1", "descriptors", 1},
                     {"LEAK_THREAD=1", "threads", 1},
                     {"LEAK_TIMER=1", "timers", 1},
                     {"LEAK_MEMORY_KB=256", "memory", 256 * 1024}};
  for (const auto& each : cases) {
    CAPTURE(each.setting);
    const checked c = check(stateful + "--env " + each.setting);
    CHECK_MESSAGE(c.seen.status == 1, c.seen.out);
    CHECK(c.growth(each.of)["found"] == true);
    CHECK(c.growth(each.of)["per_invocation"].get<double>() ==
          doctest::Approx(each.slope).epsilon(.1));
  }
}

TEST_CASE("what is left in /tmp is found where the function has one of its own") {
  const checked c = check(stateful + "--env LEAK_TMP_BYTES=5000");
  if (c.growth("what is in /tmp")["looked_at"] == true) {
    CHECK_MESSAGE(c.seen.status == 1, c.seen.out);
    CHECK(c.growth("what is in /tmp")["per_invocation"] == 5000);
    CHECK(c.growth("entries of /tmp")["per_invocation"] == 1);
  } else {
    CHECK(contains(c.seen.out, "not looked at"));
  }
  for (int i = 0; i < 24; ++i) fs::remove(fmt::format("/tmp/left-{}", i));
}

TEST_CASE("children that an invocation leaves are found, and gone afterwards") {
  const checked c = check(stateful + "--env CHILD=1 --env MARK=check-child-test");
  CHECK_MESSAGE(c.seen.status == 1, c.seen.out);
  CHECK(c.kinds() == kinds{"child"});
  CHECK(contains(c.seen.out, "at 24 of 24 looks"));
  CHECK(becomes(false, "MARK=check-child-test"));
}

TEST_CASE("who ignores SIGTERM is told of, and it is a finding where that was asked") {
  const checked c = check(stateful + "--env IGNORE_TERM=1");
  CHECK_MESSAGE(c.seen.status == 0, c.seen.out);
  CHECK(contains(c.seen.out, "ignored for 500 ms"));
  CHECK(c.json["sigterm"]["in_time"] == false);
  const checked asked = check(stateful + "--env IGNORE_TERM=1 --graceful");
  CHECK(asked.seen.status == 1);
  CHECK(asked.kinds() == kinds{"sigterm"});
}

TEST_CASE("a used environment that fails is a finding") {
  const checked c = check(stateful + "--env FAIL_AFTER=5");
  CHECK_MESSAGE(c.seen.status == 1, c.seen.out);
  CHECK(c.kinds() == kinds{"failure"});
  CHECK(c.json["failed_reused"] == 4);
}

TEST_CASE("a function that fails at once is not checked") {
  const checked c = check("$S/crasher");
  CHECK_MESSAGE(c.seen.status == 4, c.seen.out);
  CHECK(contains(c.seen.out, "nothing was checked"));
}

TEST_CASE("a function that answers with HTTP 5xx and nothing else is not checked") {
  const workplace w;
  w.file("teller", teller, 0755);
  const outcome o = run(R"($L check $F/teller --env 'ANSWER={"statusCode":502,"body":"down"}')");
  CHECK_MESSAGE(o.status == 4, o.err);
  CHECK_MESSAGE(contains(o.out, "nothing was checked"), o.out);
  CHECK_MESSAGE(contains(o.out, "× HTTP 502: down"), o.out);
}

TEST_CASE("the findings of check are a page as well") {
  const workplace w;
  const outcome o = run("$L check " + stateful + "--env CHILD=1 --html $F/c.html");
  if (contains(o.err, "built without HTML reports"))
    return support::skip("built without HTML reports");
  CHECK_MESSAGE(o.status == 1, o.err);
  const std::string page = content(w.at("c.html"));
  CHECK(contains(page, "<!doctype html>"));
  CHECK(contains(page, "child process"));
}

TEST_CASE("bad usage of check is one line") {
  check_refused("$L check", "no function given");
  check_refused("$L check /nowhere/f", "/nowhere/f");
  check_refused("$L check $S/hello --ignore requestId", "JSON pointer");
  check_refused("$L check $S/hello --rounds 0", "--rounds");
  check_refused("$L check $S/hello --rounds 1000000", "too many");
  check_refused("$L check $S/hello --max-concurrency 4", "at rest");
  check_refused("$L check $S/hello --json - --markdown -", "standard output");
  check_refused("$L check $S/hello --json /tmp/check-same --markdown /tmp/../tmp/check-same",
                "only one output");
  check_refused("$L check $S/hello --json $S/hello", "is the function itself");
  check_refused("$L check $S/hello --round 5", "--rounds");
}
