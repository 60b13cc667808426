// SPDX-License-Identifier: Apache-2.0
#include "trial/findings.hpp"

#include <algorithm>

namespace lambdaprof::trial {

ruling overall(const std::vector<verdict>& verdicts) {
  const auto any = [&](ruling r) {
    return std::any_of(verdicts.begin(), verdicts.end(),
                       [r](const verdict& v) { return v.ruling == r; });
  };
  if (any(ruling::over)) return ruling::over;
  return any(ruling::inconclusive) ? ruling::inconclusive : ruling::within;
}

}  // namespace lambdaprof::trial
