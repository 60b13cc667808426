// SPDX-License-Identifier: Apache-2.0
#include "analysis/waterfall.hpp"

#include <algorithm>

namespace lambdaprof::analysis {

std::vector<bar> waterfall(const timeline& t, const environment_row& e) {
  if (!e.first || e.began == never) return {};
  const invocation_row& event = t.invocations[*e.first];
  const instant ready = e.is_restored() ? e.restore_done : e.init_done;
  const instant start = e.is_restored() ? e.restore_began : std::min(event.due, e.began);

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
  if (e.is_restored()) {
    part("restore", e.restore_done);
  } else {
    if (event.due <= e.began) part("queued", e.began);
    if (e.runtime_began != never) part("extensions start", e.runtime_began);
    part("spawn and exec", e.started);
    if (e.runtime_ready_at_init == never) {
      part("init", e.init_done);
    } else {
      part("init", e.runtime_ready_at_init);
      part_if_any("extensions init", e.init_done);
    }
  }
  part_if_any("idle", std::max(event.due, ready));
  part_if_any("wait", event.delivered);
  part("handler", event.answered);
  const bool waits_for_extensions = event.post_runtime_extensions().has_value();
  part("after response", waits_for_extensions ? event.runtime_done : event.settled);
  if (waits_for_extensions) part_if_any("extensions", event.settled);
  return bars;
}

}  // namespace lambdaprof::analysis
