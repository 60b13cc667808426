// SPDX-License-Identifier: Apache-2.0
// Results as a file: raw samples, from which everything is derived again when it is read, and
// beside them the figures, for other programs. result.schema.json describes it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

inline constexpr std::string_view result_schema = "lambdaprof.result/v1";

/// JSON with one row a line. Times are in milliseconds to the nanosecond (of the first 26 days of
/// a run; of later ones the double ends sooner); what is unknown or unsupported is null.
/// Findings are written for others; they are made anew when the file is read.
std::string write_result(std::span<const subject> subjects,
                         const trial::findings* findings = nullptr);

/// Trusts nothing; a fault names the place as jq would. Figures in the file are not read but
/// computed anew.
result<std::vector<subject>> read_result(std::string_view text);

}  // namespace lambdaprof::report
