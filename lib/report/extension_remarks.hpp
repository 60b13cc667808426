// SPDX-License-Identifier: Apache-2.0
// What extensions did wrong, by their names, and what would mend it.
#pragma once

#include <vector>

#include "analysis/timeline.hpp"
#include "report/document.hpp"

namespace lambdaprof::report {

/// One for each extension and kind of fault, however often it came; warm-ups count as well, since
/// what spoils them spoils all.
std::vector<remark> remarks_on_extensions(const analysis::timeline& t);

}  // namespace lambdaprof::report
