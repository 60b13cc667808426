// SPDX-License-Identifier: Apache-2.0
// What starts on the official clients are made of, as Go and Python tell it.
#include "analysis/emitted.hpp"
#include "sandbox/official.hpp"

namespace lambdaprof {

using support::missing;
using support::official;

namespace {

analysis::trace_figures traced(const char* name) {
  official t(name);
  t.settings.function.traces_init = true;
  t.settings.function.timeout = std::chrono::seconds(30);
  return analysis::sum_up_traces(t.run());
}

bool has_step(const analysis::trace_figures& f, analysis::tracer by) {
  for (const auto& s : f.steps)
    if (s.by == by && s.self_ms > 0) return true;
  return false;
}

}  // namespace

TEST_CASE("Go tells of its packages") {
  if (const auto reason = missing({"hello-go"})) return support::skip(*reason);
  const auto f = traced("hello-go");
  CHECK(f.n == 1);
  CHECK(has_step(f, analysis::tracer::go));
  CHECK(f.untold_ms > 0);
}

TEST_CASE("Python tells of its modules, which make up most of its init") {
  if (const auto reason = missing({"hello-python"})) return support::skip(*reason);
  const auto f = traced("hello-python");
  CHECK(f.n == 1);
  CHECK(has_step(f, analysis::tracer::python));
  CHECK(f.untold_ms < f.init_ms / 2);
}

}  // namespace lambdaprof
