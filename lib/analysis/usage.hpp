// SPDX-License-Identifier: Apache-2.0
// What a phase has used: the difference of two samples, and how its wall time divides.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "journal/entry.hpp"

namespace lambdaprof::analysis {

/// Between two samples of the same process; unknown where the second is. What holds for a sample
/// only, and the peak, is the second's.
journal::usage used_between(const journal::usage& before, const journal::usage& after);

/// Where the wall time of a phase went, seen from its one busy thread:
/// wall + residual = user + system + throttled + waiting + blocked.
struct attribution {
  span user{};
  span system{};
  span throttled{};  ///< stood still because the share of CPU was used up
  span waiting{};    ///< could have run, and no CPU was free
  span blocked{};    ///< waited for something else: storage, the network, a lock, a timer
  span residual{};   ///< by how much the kernel's numbers exceed the wall time
};

/// None where the kernel's numbers are not known, or where so many threads were busy that their
/// times overlap: then CPU time and stalls stand beside the wall time and are no parts of it.
std::optional<attribution> attribute(span wall, const journal::usage& used);

}  // namespace lambdaprof::analysis
