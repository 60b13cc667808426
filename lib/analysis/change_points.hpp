// SPDX-License-Identifier: Apache-2.0
// Where the level of a series changed for good: nightly medians, for example. As Hunter does
// (Fleming et al. 2023): candidates by energy statistics in windows, of which t-tests keep the
// strong ones. Advisory: the places are chosen by the data that the tests judge.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lambdaprof::analysis {

struct change_settings {
  std::size_t window = 50;  ///< values at a time that candidates are looked for in
  double largest_p = 0.001;
  double smallest_magnitude = 0.05;  ///< ratio of both levels, the larger to the smaller, less 1
  std::size_t shortest_segment = 3;  ///< values that make a level
};

struct change {
  std::size_t index = 0;  ///< of the first value of the new level
  double before = 0;      ///< geometric mean from the change before, or the beginning, on
  double after = 0;       ///< geometric mean up to the change after, or the end
  double p = 1;           ///< as if the place had been known ahead
};

/// In order; none in a series shorter than two segments. Values are positive, and independent apart
/// from their level: of 100 with normal noise, two series in 100 have a change that is none, but
/// one in five if the noise has an autocorrelation of 0.3. A short excursion can hide a smaller
/// change near it.
std::vector<change> change_points(std::span<const double> series,
                                  const change_settings& settings = {});

}  // namespace lambdaprof::analysis
