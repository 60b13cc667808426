// SPDX-License-Identifier: Apache-2.0
// A run of a function that says when it is ready, counts what it does, and was asked what its start
// is made of; the same numbers on every machine.
#pragma once

#include <fmt/format.h>

#include <string>

#include "report/sample.hpp"

namespace lambdaprof::support {

inline std::string emf_line(double duration, int hit) {
  return fmt::format(
      R"({{"_aws":{{"Timestamp":1700000000000,"CloudWatchMetrics":[{{"Namespace":"shop","Dimensions":[["F"]],)"
      R"("Metrics":[{{"Name":"Duration","Unit":"Milliseconds"}},{{"Name":"CacheHit","Unit":"Count"}},)"
      R"({{"Name":"Opened","Unit":"Count"}}]}}]}},"F":"f","Duration":{:.2f},"CacheHit":{},"Opened":{}}})",
      duration, hit, hit == 0 ? 2 : 0);
}

/// Eight starts with four more invocations each. The last but one is ready after its first
/// response, the last one never.
inline journal::journal telling_run() {
  constexpr std::uint32_t starts = 8;
  constexpr std::uint32_t warm_each = 4;
  journal_builder b;
  b.conditions() = plausible_conditions();
  b.conditions().marks = {{"ready", "optimizer initialized in"}, {"drained", "shut down"}};
  b.conditions().init_trace = {true, 1e6};
  std::uint32_t i = 0;
  for (std::uint32_t e = 0; e < starts; ++e) {
    const double due = 1000.0 * e;
    b.at(due).cold(e, i++, {.queued = 1, .exec = 2, .init = 30, .handler = 5.0 + e / 10.0});
    b.at(due + 4).log_line(e, "  77:\t  total startup time in dynamic loader: 900000 cycles");
    b.log_line(e, "  77:\t          time needed for relocation: 300000 cycles (33.3%)");
    for (int p = 0; p < 14; ++p)
      b.log_line(e, fmt::format("init shop/part{} @1 ms, {:.3f} ms clock, 0 bytes, 0 allocs", p,
                                0.1 * p + 0.01 * e));
    const bool is_late = e == starts - 2;
    if (e != starts - 1)
      b.at(due + (is_late ? 140 : 25 + e)).log_line(e, "optimizer initialized in 12 ms");
    b.at(due + 36).log_line(e, emf_line(5.25 + e, 0));
    for (std::uint32_t w = 0; w < warm_each; ++w, ++i) {
      b.at(due + 100 + 20 * w).warm(e, i, {.handler = 2});
      b.at(due + 101 + 20 * w).log_line(e, emf_line(1.5, w > 0 ? 1 : 0));
    }
    if (e == 2) b.log_line(e, R"({"_aws":{"Timestamp":1700000000000,"CloudWatchMetrics":)");
    b.at(due + 200);
    if (is_late) b.fact(env(e), {}, journal::fact::log_dropped{4096});
    b.end(e);
  }
  return b.build();
}

}  // namespace lambdaprof::support
