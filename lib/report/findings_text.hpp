// SPDX-License-Identifier: Apache-2.0
// What a trial has found, in the words that all formats for people share: printable, on one line.
#pragma once

#include <string>

#include "trial/findings.hpp"

namespace lambdaprof::report {

/// "cold.first_ms p50 < 150ms": the same in every run.
std::string name_of(const trial::verdict& v);

/// "162.3 ms [155.1, 170.2] is over the limit of 150 ms".
std::string wording(const trial::verdict& v);

/// "n = 40 · error rate 5 % a side · proved at look 2 of 4".
std::string grounds(const trial::verdict& v);

/// "cold.cold_ms: 1.034 times itself [1.012, 1.056] at 99 %, 40 blocks: the machine is noisy".
std::string wording(const trial::self_test& t);

}  // namespace lambdaprof::report
