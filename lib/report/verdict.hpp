// SPDX-License-Identifier: Apache-2.0
// The one line that a reader takes away.
#pragma once

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

paragraph verdict(const subject& s);

}  // namespace lambdaprof::report
