// SPDX-License-Identifier: Apache-2.0
// A subject as a document: what a reader wants to know first comes first. The pieces are worded in
// verdict.hpp, figures.hpp and remarks.hpp.
#pragma once

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// A run that broke a law gets no figures, only the laws it broke.
document compose(const subject& s);

}  // namespace lambdaprof::report
