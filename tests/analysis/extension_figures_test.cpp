// SPDX-License-Identifier: Apache-2.0
#include "analysis/extension_figures.hpp"

#include <doctest/doctest.h>

#include "support/journal_builder.hpp"

namespace lambdaprof {
namespace {

using namespace support;
using analysis::divide;
using analysis::division;
using analysis::read_timeline;
using journal::outcome;
using journal::start_kind;

TEST_CASE("inits and invocations are divided by the names of the extensions") {
  journal_builder b;
  b.arrived(0).extended_init(0, 0).extended(0, 0, start_kind::cold, 5, 1, 3);
  b.arrived(1).extended(0, 1, start_kind::warm, 2, 1, 8);
  const division d = divide(read_timeline(b.build()));
  REQUIRE(d.extensions.size() == 2);
  CHECK(d.extensions[0].name == "A");
  CHECK(d.extensions[0].is_external);
  CHECK(d.extensions[0].registration_ms.sorted == std::vector<double>{10});
  CHECK(d.extensions[0].init_ms.sorted == std::vector<double>{30});
  CHECK(d.extensions[0].invoke_ms.sorted == std::vector<double>{9, 11});
  CHECK(d.extensions[1].name == "B");
  CHECK_FALSE(d.extensions[1].is_external);
  CHECK(d.extensions[1].init_ms.sorted == std::vector<double>{14});
  CHECK(d.extensions[1].invoke_ms.sorted == std::vector<double>{3, 6});
  CHECK(d.runtime_init_ms.sorted == std::vector<double>{9});
  CHECK(d.runtime_ms.sorted == std::vector<double>{3, 6});
  CHECK(d.duration_ms.sorted == std::vector<double>{9, 11});
  CHECK(d.post_runtime_ms.sorted == std::vector<double>{3, 8});
}

TEST_CASE("the same extension of several environments is one row") {
  journal_builder b;
  for (const std::uint32_t e : {0U, 1U, 2U}) b.arrived(e).extended_init(e, e);
  const division d = divide(read_timeline(b.build()));
  REQUIRE(d.extensions.size() == 2);
  CHECK(d.extensions[0].init_ms.n == 3);
}

TEST_CASE("what failed, warmed up or repeated an init is in no part") {
  journal_builder b;
  b.arrived(0, {.discarded = true}).extended_init(0, 0).extended(0, 0, start_kind::cold);
  b.arrived(1, {.discarded = true}).extended_init(1, 1).delivered(1, 1, start_kind::cold);
  b.failed(1, 1, outcome::timed_out, "{}").settled(1, 1, outcome::timed_out);
  b.arrived(2, {.discarded = true}).extended_init(2, 2, {}, 0).exited(2, 0, 9);
  b.arrived(3).extended_init(2, 3, {}, 1).extended(2, 3, start_kind::suppressed);
  CHECK(divide(read_timeline(b.build())).extensions.empty());
}

TEST_CASE("without extensions there is nothing to divide") {
  journal_builder b;
  b.cold(0, 0).warm(0, 1);
  const division d = divide(read_timeline(b.build()));
  CHECK(d.extensions.empty());
  CHECK(d.runtime_init_ms.n + d.runtime_ms.n + d.duration_ms.n + d.post_runtime_ms.n == 0);
}

}  // namespace
}  // namespace lambdaprof
