// SPDX-License-Identifier: Apache-2.0
// Work in namespaces, with privileges or in a working folder that are not to become our own.
#pragma once

#include <functional>

namespace lambdaprof::host {

/// Does the work in a child that shares our memory and descriptors and nothing else, while we stand
/// still; what it opens is open for us. The work throws nothing and starts no thread. False if
/// there was no such child or something killed it.
bool run_apart(const std::function<void()>& work);

}  // namespace lambdaprof::host
