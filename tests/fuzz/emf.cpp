// SPDX-License-Identifier: Apache-2.0
// Any line is one with metrics, a complaint or something else, and its figures are finite.
#include "analysis/emf.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "analysis/figure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lambdaprof::analysis;
  const auto require = [](bool holds) {
    if (!holds) std::abort();
  };
  const auto line = read_emf({reinterpret_cast<const char*>(data), size});
  if (!line) return 0;
  require(line->complaint.empty() || line->metrics.empty());
  for (const emf_metric& m : line->metrics) {
    require(!m.name.empty() && !m.space.empty() && !m.unit.empty());
    require(!m.values.empty() && m.values.size() <= 100);
    const figure f = summarize(m.values);
    require(std::isfinite(f.mean) && std::isfinite(f.sd));
  }
  return 0;
}
