// SPDX-License-Identifier: Apache-2.0
// How inits and invocations divide between the runtime and its extensions, as a table.
#pragma once

#include "analysis/summary.hpp"
#include "report/document.hpp"

namespace lambdaprof::report {

/// Without rows where there are no extensions.
table division_by_extension(const analysis::summary& s);

}  // namespace lambdaprof::report
