// SPDX-License-Identifier: Apache-2.0
#include "trial/arm.hpp"

#include <doctest/doctest.h>

#include "support/trial_builder.hpp"

namespace lambdaprof {
namespace {

using support::trial_builder;
using trial::arm;
using trial::pair_up;
using trial::pairs;

const analysis::metric& metric(std::string_view key) {
  const analysis::metric* m = analysis::find_metric(key);
  REQUIRE(m != nullptr);
  return *m;
}

TEST_CASE("an arm has the samples of each metric by their block") {
  trial_builder b(journal::role::base, "old");
  b.block({.cold_ms = 100, .warm_ms = {5, 7}, .peak_mb = 30}).block({.cold_ms = 200});
  const arm a = b.arm(4);
  CHECK(a.name() == "old");
  CHECK(a.role() == journal::role::base);
  CHECK(a.trial() == 4);
  CHECK(a.blocks() == std::set<std::int64_t>{0, 1});
  using samples = analysis::samples;
  CHECK(a.samples(metric("cold.cold_ms")) == samples{{0, {100}}, {1, {200}}});
  CHECK(a.samples(metric("cold.first_ms")) == samples{{0, {100}}, {1, {200}}});
  CHECK(a.samples(metric("cold.init_ms")) == samples{{0, {60}}, {1, {120}}});
  CHECK(a.samples(metric("cold.cold_cpu_ms")) == samples{{0, {50}}, {1, {100}}});
  CHECK(a.samples(metric("warm.warm_ms")) == samples{{0, {5, 7}}});
  CHECK(a.samples(metric("peak_mb")) == samples{{0, {30}}, {1, {64}}});
  CHECK(a.samples(metric("billed.cold_ms")) == samples{{0, {100}}, {1, {200}}});
  CHECK(&a.samples(metric("peak_mb")) == &a.samples(metric("peak_mb")));
}

TEST_CASE("a block in which the function failed was measured, a warm-up was not") {
  trial_builder b;
  b.warm_up_block(999).block(100).failed_block().skip_block().block(110);
  const arm a = b.arm();
  CHECK(a.blocks() == std::set<std::int64_t>{1, 2, 4});
  CHECK(a.samples(analysis::cold_metric()) == analysis::samples{{1, {100}}, {4, {110}}});
}

TEST_CASE("a run outside of trials has samples, but no blocks") {
  trial_builder b;
  b.block(100);
  for (analysis::invocation_row& i : b.rows().invocations) i.block = -1;
  for (analysis::environment_row& e : b.rows().environments) e.block = -1;
  CHECK(b.arm().blocks().empty());
  CHECK(b.arm().samples(analysis::cold_metric()) == analysis::samples{{-1, {100}}});
}

TEST_CASE("pairs are of the blocks that have both, in the order of the blocks") {
  trial_builder base(journal::role::base);
  trial_builder variant;
  base.block(100).failed_block().block(120).block(130).failed_block();
  variant.block(101).block(111).failed_block().block(131).block(141);
  const pairs p = pair_up(base.arm(), variant.arm(), analysis::cold_metric());
  CHECK(p.base == std::vector<double>{100, 130});
  CHECK(p.variant == std::vector<double>{101, 131});
  CHECK(p.dropped == 3);
}

TEST_CASE(
    "a block in which one had no turn any more, or was interrupted, is neither pair nor failure") {
  trial_builder base(journal::role::base);
  trial_builder variant;
  base.block(100).block(110).block(120);
  variant.block(101).block(111).skip_block();
  CHECK(pair_up(base.arm(), variant.arm(), analysis::cold_metric()).dropped == 0);
  variant.rows().invocations.back().how = journal::outcome::interrupted;
  const pairs p = pair_up(base.arm(), variant.arm(), analysis::cold_metric());
  CHECK(p.base == std::vector<double>{100});
  CHECK(p.variant == std::vector<double>{101});
  CHECK(p.dropped == 0);
}

TEST_CASE("a block counts with the median of its samples") {
  trial_builder base(journal::role::base);
  trial_builder variant;
  base.block({.warm_ms = {9, 1, 2}}).block({.warm_ms = {4}});
  variant.block({.warm_ms = {8, 4, 2, 1}}).block({.warm_ms = {3, 5}});
  const pairs p = pair_up(base.arm(), variant.arm(), metric("warm.warm_ms"));
  CHECK(p.base == std::vector<double>{2, 4});
  CHECK(p.variant == std::vector<double>{3, 4});
}

TEST_CASE("the first blocks are the first that were measured, with those that are dropped") {
  trial_builder base(journal::role::base);
  trial_builder variant;
  base.warm_up_block(1).block(100).failed_block().block(120).block(130);
  variant.warm_up_block(1).block(100).block(110).block(120).block(130);
  const pairs three = pair_up(base.arm(), variant.arm(), analysis::cold_metric(), 3);
  CHECK(three.base == std::vector<double>{100, 120});
  CHECK(three.dropped == 1);
  CHECK(pair_up(base.arm(), variant.arm(), analysis::cold_metric(), 99).base.size() == 3);
  CHECK(pair_up(base.arm(), variant.arm(), analysis::cold_metric(), 0).base.size() == 3);
}

TEST_CASE("two metrics can be paired, and an arm with itself") {
  trial_builder b;
  b.block(100).block(200);
  const arm a = b.arm();
  const pairs p = pair_up(a, metric("cold.init_ms"), a, metric("cold.cold_ms"), 0);
  CHECK(p.base == std::vector<double>{60, 120});
  CHECK(p.variant == std::vector<double>{100, 200});
}

TEST_CASE("a tenth of the blocks may be dropped, and no more") {
  const auto drops = [](std::size_t kept, std::size_t dropped) {
    pairs p;
    p.base.resize(kept);
    p.variant.resize(kept);
    p.dropped = dropped;
    return has_dropped_too_many(p);
  };
  CHECK_FALSE(drops(18, 2));
  CHECK(drops(17, 3));
  CHECK(drops(0, 1));
  CHECK_FALSE(drops(0, 0));
}

TEST_CASE("what has a logarithm stays as it is, and all else takes a nanosecond") {
  CHECK(trial::above_zero({0, -1, 1e-9, 1e-6, 3}) ==
        std::vector<double>{1e-6, 1e-6, 1e-6, 1e-6, 3});
}

}  // namespace
}  // namespace lambdaprof
