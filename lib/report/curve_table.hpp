// SPDX-License-Identifier: Apache-2.0
// Curves where nothing can be drawn: their points, a column for each curve.
#pragma once

#include "report/document.hpp"

namespace lambdaprof::report {

/// One row for each x that any of them has.
table as_table(const curves& c);

}  // namespace lambdaprof::report
