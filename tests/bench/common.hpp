// SPDX-License-Identifier: Apache-2.0
// What the benchmarks share: one run of a sample function, quantiles, a line of ratios.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/timeline.hpp"
#include "fleet/settings.hpp"
#include "load/plan.hpp"
#include "sandbox/provisions.hpp"

namespace lambdaprof::bench {

using variables = std::vector<std::pair<std::string, std::string>>;

std::string sample(const std::string& name);
/// `log` gets the journal if somebody wants it.
analysis::timeline run(const std::string& name, load::plan plan, variables v = {},
                       const sandbox::confinement& held = {}, journal::journal* log = nullptr,
                       fleet::idle_clock clock = fleet::idle_clock::skip);
double at(std::vector<double> values, double q);
/// The ratios of all rounds, their median and range.
void print(const char* what, const std::vector<double>& ratios, const char* limit);

/// What Lambda's limits add to what is measured.
void limits(std::size_t rounds);
/// Shares of CPU and standstill under them, beside what is published of Lambda.
void shares();
/// What gates rule where the truth is known, and how long that takes.
void gates(std::size_t rounds);

}  // namespace lambdaprof::bench
