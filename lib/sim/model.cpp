// SPDX-License-Identifier: Apache-2.0
#include "sim/model.hpp"

#include <cmath>

#include "base/result.hpp"

namespace lambdaprof::sim {

span draw(const law& l, random& chance) {
  const auto whole = [](double ns) { return span(std::llround(ns)); };
  const auto ns = [](span s) { return static_cast<double>(s.count()); };
  return std::visit(
      overloaded{
          [](const fixed& f) { return f.length; },
          [&](const exponential& e) { return whole(chance.exponential(ns(e.mean))); },
          [&](const log_normal& n) {
            return whole(ns(n.median) * std::exp(n.sigma * chance.normal()));
          },
          [&](const resampled& r) { return (*r.samples)[chance.below(r.samples->size())]; },
      },
      l);
}

}  // namespace lambdaprof::sim
