// SPDX-License-Identifier: Apache-2.0
// One budget by one judge is in relative_test, absolute_test and committed_test; here is who judges
// which, with what error rates, and what a noisy machine takes back.
#include "trial/judge.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using journal::role;
using support::trial_builder;
using trial::findings;
using trial::ruling;
using trial::verdict;

/// Arms in which nothing varies: the base takes 100 ms.
class stage {
 public:
  explicit stage(std::int64_t max_blocks = 160) {
    facts_.alpha = 0.05;
    facts_.machine_deviation = 0.05;
    facts_.max_blocks = max_blocks;
  }

  stage& arm(role r, double cold_ms, std::size_t blocks = 20) {
    builders_.emplace_back(r).blocks(std::vector<double>(blocks, cold_ms));
    return *this;
  }
  stage& budget(std::string limit, std::string metric = "cold.cold_ms") {
    facts_.budgets.push_back({std::move(metric), std::move(limit)});
    return *this;
  }

  findings judged() const {
    std::vector<trial::arm> arms;
    for (const trial_builder& b : builders_) {
      const role r = b.arm().role();
      arms.push_back(b.arm(r == role::saved_base || r == role::saved_calibration ? 1 : 0));
    }
    findings f;
    trial::judge(arms, facts_, f);
    return f;
  }

 private:
  journal::trial_facts facts_;
  std::vector<trial_builder> builders_;
};

TEST_CASE("every budget gets one verdict, in their order") {
  const findings f = stage{}
                         .arm(role::base, 100)
                         .arm(role::variant, 105)
                         .budget("p50 <= baseline + 10%")
                         .budget("p50 < 90ms")
                         .budget("p50 < 10MB", "peak_mb")
                         .judged();
  REQUIRE(f.verdicts.size() == 3);
  CHECK(f.verdicts[0].ruling == ruling::within);
  CHECK(f.verdicts[0].budget == "p50 <= baseline + 10%");
  CHECK(f.verdicts[1].ruling == ruling::over);
  CHECK(f.verdicts[1].unit == "ms");
  CHECK(f.verdicts[2].ruling == ruling::over);
  CHECK(f.verdicts[2].metric == "peak_mb");
  CHECK(trial::overall(f.verdicts) == ruling::over);
  CHECK(trial::is_decided(f));
  CHECK(f.self_tests.empty());
}

TEST_CASE("no budget is no verdict, and nothing is decided by that") {
  const findings f = stage{}.arm(role::base, 100).arm(role::variant, 105).judged();
  CHECK(f.verdicts.empty());
  CHECK_FALSE(trial::is_decided(f));
}

TEST_CASE("a budget that was not read before is left out") {
  const findings f =
      stage{}.arm(role::variant, 100).budget("nonsense").budget("p50 < 1ms", "nonsense").judged();
  CHECK(f.verdicts.empty());
}

TEST_CASE(
    "an absolute budget needs no baseline, a relative one takes the paired or the saved one") {
  const auto text = "p50 <= baseline + 10%";
  CHECK(stage{}.arm(role::variant, 100).budget("p50 < 110ms").judged().verdicts.at(0).ruling ==
        ruling::within);
  const findings saved = stage{}
                             .arm(role::variant, 200, 40)
                             .arm(role::calibration, 100, 40)
                             .arm(role::saved_base, 100, 40)
                             .arm(role::saved_calibration, 50, 40)
                             .budget(text)
                             .judged();
  CHECK(saved.verdicts.at(0).ruling == ruling::within);
  CHECK(saved.verdicts.at(0).reason.find("in units of the calibration") != std::string::npos);
  // Of the two, the one that was measured in the same blocks.
  const findings both = stage{}
                            .arm(role::base, 100, 40)
                            .arm(role::variant, 200, 40)
                            .arm(role::calibration, 100, 40)
                            .arm(role::saved_base, 100, 40)
                            .arm(role::saved_calibration, 50, 40)
                            .budget(text)
                            .judged();
  CHECK(both.verdicts.at(0).ruling == ruling::over);
}

TEST_CASE("errors of being over add up over all budgets, those of being within do not") {
  CHECK(trial::alpha_of(ruling::within, 0.05, 5) == 0.05);
  CHECK(trial::alpha_of(ruling::over, 0.05, 5) == doctest::Approx(0.01));
  CHECK(trial::alpha_of(ruling::over, 0.05, 1) == 0.05);
  CHECK(trial::alpha_of(ruling::over, 0.05, 0) == 0.05);
  const findings f =
      stage{}.arm(role::variant, 100).budget("p50 < 110ms").budget("p90 < 110ms").judged();
  for (const verdict& v : f.verdicts) {
    CHECK(v.alpha == 0.05);
    CHECK(v.alpha_over == doctest::Approx(0.025));
  }
}

TEST_CASE("what a noisy machine proves is nothing, on either side") {
  for (const double variant_ms : {100.0, 150.0}) {
    CAPTURE(variant_ms);
    const findings f = stage{}
                           .arm(role::base, 100)
                           .arm(role::variant, variant_ms)
                           .arm(role::repeat, 110)
                           .budget("p50 <= baseline + 10%")
                           .judged();
    REQUIRE(f.self_tests.size() == 1);
    CHECK(f.self_tests[0].found == trial::self_test::state::noisy);
    const verdict& v = f.verdicts.at(0);
    CHECK(v.ruling == ruling::inconclusive);
    CHECK(v.may_change);
    CHECK_FALSE(trial::is_decided(f));
    CHECK(v.reason ==
          fmt::format("proved at look 1 of 4: 20 pairs, but the machine is too noisy to "
                      "believe {}: an A/A ratio of 1.100 [1.100, 1.100]",
                      variant_ms > 100 ? "over" : "within"));
  }
}

TEST_CASE("at the last block a noisy machine has the last word") {
  const findings f = stage{20}
                         .arm(role::base, 100)
                         .arm(role::variant, 100)
                         .arm(role::repeat, 110)
                         .budget("p50 <= baseline + 10%")
                         .judged();
  CHECK(f.verdicts.at(0).ruling == ruling::inconclusive);
  CHECK_FALSE(f.verdicts.at(0).may_change);
  CHECK(trial::is_decided(f));
}

TEST_CASE("too few blocks for a self-test prove nothing either") {
  const findings f = stage{6}
                         .arm(role::base, 100, 6)
                         .arm(role::variant, 100, 6)
                         .arm(role::repeat, 100, 6)
                         .budget("p50 <= baseline + 10%")
                         .judged();
  CHECK(f.verdicts.at(0).ruling == ruling::inconclusive);
  CHECK(f.verdicts.at(0).reason.ends_with("too few blocks for an A/A test"));
}

TEST_CASE("a quiet machine changes nothing, and an open verdict keeps its reason") {
  const findings quiet = stage{}
                             .arm(role::base, 100)
                             .arm(role::variant, 100)
                             .arm(role::repeat, 100)
                             .budget("p50 <= baseline + 10%")
                             .judged();
  CHECK(quiet.verdicts.at(0).ruling == ruling::within);
  const findings open = stage{}
                            .arm(role::base, 100, 10)
                            .arm(role::variant, 100, 10)
                            .arm(role::repeat, 120, 10)
                            .budget("p50 <= baseline + 10%")
                            .judged();
  CHECK(open.verdicts.at(0).reason == "10 pairs, and the first look takes 20");
}

TEST_CASE("each metric is tested once, and without a budget it is the headline") {
  stage s;
  s.arm(role::base, 100).arm(role::variant, 100).arm(role::repeat, 110);
  const findings none = s.judged();
  REQUIRE(none.self_tests.size() == 1);
  CHECK(none.self_tests[0].metric == analysis::cold_metric().key);
  s.budget("p50 < 200ms", "cold.init_ms").budget("p90 < 200ms", "cold.init_ms");
  s.budget("p50 < 200MB", "peak_mb");
  const findings f = s.judged();
  REQUIRE(f.self_tests.size() == 2);
  CHECK(f.self_tests[0].metric == "cold.init_ms");
  CHECK(f.self_tests[1].metric == "peak_mb");
  CHECK(f.self_tests[0].confidence == doctest::Approx(0.995));
  // The noise of one metric says nothing against a verdict on another.
  CHECK(f.verdicts[0].ruling == ruling::inconclusive);
  CHECK(f.verdicts[2].ruling == ruling::within);
}

TEST_CASE("a variant by itself is tested against its own repeat") {
  const findings f =
      stage{}.arm(role::variant, 100).arm(role::repeat, 101).budget("p50 < 110ms").judged();
  CHECK(f.self_tests.at(0).ratio == doctest::Approx(1.01));
  CHECK(f.verdicts.at(0).ruling == ruling::inconclusive);
}

TEST_CASE("a trial is decided when no verdict can change any more") {
  findings f;
  CHECK_FALSE(trial::is_decided(f));
  f.verdicts.resize(2);
  for (verdict& v : f.verdicts) v.may_change = false;
  CHECK(trial::is_decided(f));
  f.verdicts[1].may_change = true;
  CHECK_FALSE(trial::is_decided(f));
  f.verdicts[1].ruling = ruling::within;
  CHECK(trial::is_decided(f));
}

TEST_CASE("a trial without a variant, or a relative budget without a baseline, is a bug of ours") {
  CHECK_THROWS(stage{}.arm(role::base, 100).budget("p50 < 110ms").judged());
  CHECK_THROWS(stage{}.arm(role::variant, 100).budget("p50 <= baseline + 10%").judged());
}

}  // namespace
}  // namespace lambdaprof
