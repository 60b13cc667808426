// SPDX-License-Identifier: Apache-2.0
// What went wrong, in the words of those who said it.
#pragma once

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// The most frequent errors that invokers saw; if they saw none, those of inits. No blocks if all
/// went well.
section failures(const subject& s);

section broken_laws(const subject& s);

}  // namespace lambdaprof::report
