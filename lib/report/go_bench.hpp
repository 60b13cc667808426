// SPDX-License-Identifier: Apache-2.0
// Every sample as a line of Go's benchmark format, for benchstat:
//   BenchmarkColdStart/variant=resize 1 33950000 ns/op
// `benchstat -col /variant` compares the variants of one file, `benchstat old.txt new.txt` two
// files.
#pragma once

#include <span>
#include <string>

#include "report/subject.hpp"
#include "trial/findings.hpp"

namespace lambdaprof::report {

std::string render_go_bench(std::span<const subject> subjects, const trial::findings& f);

}  // namespace lambdaprof::report
