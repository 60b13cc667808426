// SPDX-License-Identifier: Apache-2.0
// Any lines make steps that are above zero, in order, and add up without an overflow.
#include "analysis/init_trace.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lambdaprof;
  analysis::init_trace trace(2e6);
  std::string_view text(reinterpret_cast<const char*>(data), size);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    trace.take(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  constexpr std::size_t most = 3;
  const auto steps = trace.steps(most);
  span all{};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].self <= span{}) std::abort();
    if (i > 0 && i < most && steps[i].self > steps[i - 1].self) std::abort();
    if (steps[i].name.empty() != (i >= most)) std::abort();
    all += steps[i].self;
  }
  span same{};
  for (const analysis::init_step& s : trace.steps(size)) same += s.self;
  if (all != same) std::abort();
  return 0;
}
