// SPDX-License-Identifier: Apache-2.0
// What is at the other end of a descriptor: a terminal, and how wide.
#pragma once

namespace lambdaprof::host {

bool is_terminal(int fd);

/// The width of the terminal in characters; 80 if it is none or does not say.
int columns(int fd);

}  // namespace lambdaprof::host
