// SPDX-License-Identifier: Apache-2.0
// One cold start as a picture: what followed what, and how long each part took.
#pragma once

#include <string>
#include <vector>

#include "analysis/timeline.hpp"

namespace lambdaprof::analysis {

/// `start_ms` counts from the start of the first bar.
struct bar {
  std::string name;
  double start_ms = 0;
  double length_ms = 0;
};

/// The consecutive parts of the environment's cold start, from the due instant of its first event:
/// - "queued": until process creation, with the lateness of the generator
/// - "extensions start": until all external extensions have registered, if there are any
/// - "spawn and exec": until exec of the runtime has succeeded
/// - "init": until its first /next; from here, loader, runtime and function look alike
/// - "extensions init": until the last extension's, only if that was later
/// - "idle": until the event was due, only if that was after the init
/// - "wait": until the event was handed over, only if it took any time
/// - "handler": until the last byte of the response, or the failure
/// - "after response": until the runtime asked for the next event
/// - "extensions": until the last extension did, only if one was told of it and took longer
///
/// Of a SnapStart function they begin with the "restore": its init was long before.
///
/// If the environment was started for another event, before its first one was due, the bars begin
/// with the process and none is "queued". They end where the journal does not know the next end;
/// there are none without a cold invocation.
std::vector<bar> waterfall(const timeline& t, const environment_row& e);

}  // namespace lambdaprof::analysis
