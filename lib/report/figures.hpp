// SPDX-License-Identifier: Apache-2.0
// The figures of a subject as blocks: the table, the shapes, the waterfall, and what else was
// counted.
#pragma once

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// One row per figure that has samples; a tail quantile has a column if any figure supports it, and
/// a footnote says what the others need.
table table_of_figures(const analysis::summary& s);

/// Of cold and warm, as far as there is a shape.
histograms shapes(const analysis::summary& s);

/// Of the median cold start; no bars if there is none.
waterfall median_waterfall(const subject& s);

/// Counts, memory, lateness of the generator, files, the bill.
facts counted_facts(const subject& s);

}  // namespace lambdaprof::report
