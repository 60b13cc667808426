// SPDX-License-Identifier: Apache-2.0
// Where things are in this build. Variables and not macros, so that a test compiles to the same in
// every folder, and ccache knows it in a clone.
#pragma once

namespace lambdaprof::support {

extern const char* const source_dir;
extern const char* const binary_dir;
extern const char* const official_dir;  ///< of the functions on the official clients

}  // namespace lambdaprof::support
