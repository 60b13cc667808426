// SPDX-License-Identifier: Apache-2.0
#include "analysis/waterfall.hpp"

#include <algorithm>

namespace lambdaprof::analysis {

std::vector<bar> waterfall(const timeline& t, const environment_row& e) {
  if (!e.first || e.began == never) return {};
  const invocation_row& event = t.invocations[*e.first];
  const instant start = std::min(event.due, e.began);

  std::vector<bar> bars;
  instant reached = start;
  const auto part = [&](const char* name, instant end) {
    if (reached == never) return;
    if (end != never)
      bars.push_back({name, milliseconds(reached - start), milliseconds(end - reached)});
    reached = end;
  };
  const auto part_if_any = [&](const char* name, instant end) {
    if (end != reached) part(name, end);
  };
  if (event.due <= e.began) part("queued", e.began);
  part("spawn and exec", e.started);
  part("init", e.init_done);
  part_if_any("idle", std::max(event.due, e.init_done));
  part_if_any("wait", event.delivered);
  part("handler", event.answered);
  part("after response", event.settled);
  return bars;
}

}  // namespace lambdaprof::analysis
