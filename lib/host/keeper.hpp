// SPDX-License-Identifier: Apache-2.0
// No process of a function survives lambdaprof, whatever happens to lambdaprof: a second process of
// ours does nothing but wait for the end of the first and then clean up.
#pragma once

#include <functional>

namespace lambdaprof::host {

/// Runs `work` in a child process and returns its exit status, 128 + signal if it was killed.
/// Afterwards every process that descends from it is dead and reaped. To be called first thing in
/// main, before any thread.
///
/// `work` gets SIGTERM when the keeper itself is killed, and has to end then. Signals that a
/// process sent to the keeper are passed on; those of the terminal reach `work` by themselves. What
/// was sent to both at once, as timeout(1) does, reaches `work` twice.
int keep(const std::function<int()>& work);

}  // namespace lambdaprof::host
