// SPDX-License-Identifier: Apache-2.0
// The name of whatever a run has for itself on this machine, by which a later one knows whether its
// owner is still there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lambdaprof::host {

/// "lambdaprof.123", for a folder or a control group of the run of that process.
std::string name_of_run(int pid);

/// The pid in such a name; none if it is any other name.
std::optional<int> pid_of_run(std::string_view name);

/// Whether the run of a pid may still be there and is not our own. A process that has ended and
/// that nobody reaps, as in a container without an init, is not.
bool is_other_living_run(int pid);

}  // namespace lambdaprof::host
