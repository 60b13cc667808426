// SPDX-License-Identifier: Apache-2.0
// What makes the figures worth less than they look, or the function worth a second look, with a
// remedy.
#pragma once

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

remarks remarks_on(const subject& s);

}  // namespace lambdaprof::report
