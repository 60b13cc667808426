// SPDX-License-Identifier: Apache-2.0
// Curves where nothing can be drawn: their points, without intervals, a row for each curve.
#pragma once

#include "report/document.hpp"

namespace lambdaprof::report {

/// A column for each x that any of them has.
table as_table(const curves& c);

}  // namespace lambdaprof::report
