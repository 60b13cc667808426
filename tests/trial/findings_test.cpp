// SPDX-License-Identifier: Apache-2.0
#include "trial/findings.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

namespace lambdaprof {
namespace {

using trial::ruling;

ruling overall(std::initializer_list<ruling> all) {
  std::vector<trial::verdict> verdicts;
  for (const ruling r : all) verdicts.emplace_back().ruling = r;
  return trial::overall(verdicts);
}

}  // namespace

TEST_CASE("one budget that is over decides for all of them") {
  CHECK(overall({ruling::within, ruling::over}) == ruling::over);
  CHECK(overall({ruling::inconclusive, ruling::over, ruling::within}) == ruling::over);
}

TEST_CASE("nothing is within as long as one budget is inconclusive") {
  CHECK(overall({ruling::within, ruling::inconclusive, ruling::within}) == ruling::inconclusive);
  CHECK(overall({ruling::within, ruling::within}) == ruling::within);
}

TEST_CASE("without a budget nothing is over") {
  CHECK(overall({}) == ruling::within);
}

TEST_CASE("rulings have the names that reports and files use") {
  CHECK(name(ruling::within) == "within");
  CHECK(name(ruling::over) == "over");
  CHECK(name(ruling::inconclusive) == "inconclusive");
}

}  // namespace lambdaprof
