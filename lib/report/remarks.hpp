// SPDX-License-Identifier: Apache-2.0
// What makes the figures worth less than they look, or the function worth a second look, with a
// remedy.
#pragma once

#include <optional>

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

remarks remarks_on(const subject& s);

/// If other programs took much of the machine.
std::optional<remark> on_busy_machine(const journal::machine_facts& m);

}  // namespace lambdaprof::report
