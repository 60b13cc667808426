// SPDX-License-Identifier: Apache-2.0
#include "trial/design.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace lambdaprof {
namespace {

using trial::block_design;
using trial::design_of;

constexpr std::uint32_t blocks = 6000;

TEST_CASE("the same seed designs the same trial, block by block in any order") {
  for (std::uint32_t block = 100; block-- > 0;) {
    const block_design once = design_of(7, block, 5);
    const block_design again = design_of(7, block, 5);
    CHECK(once.order == again.order);
    CHECK(once.padding == again.padding);
  }
}

TEST_CASE("another seed or another block is another design") {
  std::size_t alike = 0;
  for (std::uint32_t block = 0; block < 100; ++block) {
    alike += design_of(7, block, 5).padding == design_of(8, block, 5).padding;
    alike += design_of(7, block, 5).padding == design_of(7, block + 1, 5).padding;
  }
  CHECK(alike < 5);
}

TEST_CASE("every variant has one turn in every block, in all orders about equally often") {
  std::map<std::vector<std::size_t>, std::size_t> times;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    std::vector<std::size_t> order = design_of(1, block, 3).order;
    ++times[order];
    std::sort(order.begin(), order.end());
    REQUIRE(order == std::vector<std::size_t>{0, 1, 2});
  }
  REQUIRE(times.size() == 6);
  // 1000 of each; the limit of chi-square with 5 degrees of freedom at 0.1 % is 20.5.
  double chi_square = 0;
  for (const auto& [order, count] : times) {
    const double off = static_cast<double>(count) - 1000;
    chi_square += off * off / 1000;
  }
  CHECK(chi_square < 20.5);
}

TEST_CASE("neighbouring seeds and blocks have independent orders") {
  std::size_t same_as_next_seed = 0;
  std::size_t same_as_next_block = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    const auto order = design_of(3, block, 2).order;
    same_as_next_seed += order == design_of(4, block, 2).order;
    same_as_next_block += order == design_of(3, block + 1, 2).order;
  }
  // Half of 6000, give or take four standard deviations.
  for (const std::size_t same : {same_as_next_seed, same_as_next_block}) {
    CHECK(same > 2845);
    CHECK(same < 3155);
  }
}

TEST_CASE("padding takes every place of a page and no other") {
  std::uint32_t least = trial::most_padding;
  std::uint32_t greatest = 0;
  double sum = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    const std::uint32_t padding = design_of(1, block, 3).padding;
    REQUIRE(padding < trial::most_padding);
    least = std::min(least, padding);
    greatest = std::max(greatest, padding);
    sum += padding;
  }
  CHECK(least < 10);
  CHECK(greatest > trial::most_padding - 10);
  CHECK(sum / blocks == doctest::Approx(2047.5).epsilon(0.03));
}

TEST_CASE("the padding of a block does not depend on how many variants there are") {
  for (std::uint32_t block = 0; block < 50; ++block)
    CHECK(design_of(5, block, 1).padding == design_of(5, block, 9).padding);
}

TEST_CASE("a variant by itself is first, and no variant has no order") {
  CHECK(design_of(1, 1, 1).order == std::vector<std::size_t>{0});
  CHECK(design_of(1, 1, 0).order.empty());
}

}  // namespace
}  // namespace lambdaprof
