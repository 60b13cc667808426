// SPDX-License-Identifier: Apache-2.0
// What a trial has found, as the objects of a results file. Null is what is not known.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "trial/findings.hpp"

namespace lambdaprof::report {

/// An element of `.comparisons`, `.verdicts` or `.self_tests`.
nlohmann::ordered_json json_of(const trial::comparison& c);
nlohmann::ordered_json json_of(const trial::verdict& v);
nlohmann::ordered_json json_of(const trial::self_test& t);

}  // namespace lambdaprof::report
