// SPDX-License-Identifier: Apache-2.0
// What a variant is called, and which variants a report is about.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"

namespace lambdaprof::report {

/// As it was given: not yet printable, and empty where nobody gave one.
std::string variant_name(const subject& s);

/// Whether readers want to see it: not what is measured beside for the sake of a verdict.
bool is_of_interest(const subject& s);

/// A variant as it is called within its group: "async" of "async, 128 MB".
std::string name_in_group(const std::string& variant, const std::string& group);

/// Of what verdicts are about: the only variant that is no base, else the function as such.
std::string judged_name(std::span<const subject> subjects);

}  // namespace lambdaprof::report
