// SPDX-License-Identifier: Apache-2.0
// Where the time went: the accounts of the phases as a table, and the work that was left running.
#pragma once

#include "analysis/summary.hpp"
#include "report/document.hpp"

namespace lambdaprof::report {

/// One row per kind of phase; without rows where nothing was sampled.
table time_spent(const analysis::summary& s);

/// Frozen debt and what thawing cost; without lines where nothing is known.
facts at_standstill(const analysis::summary& s);

/// A warning of work left running; empty if there is none worth it.
std::string notable_debt(const analysis::summary& s);

}  // namespace lambdaprof::report
