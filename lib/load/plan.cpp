// SPDX-License-Identifier: Apache-2.0
#include "load/plan.hpp"

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/text.hpp"

namespace lambdaprof::load {

namespace {

/// "20 × (…) after 1 to warm up", if a warm-up and what it warms up for are the same cycle.
std::string with_warm_up(const phase& first, const phase& second) {
  const auto* warm_up = std::get_if<repeat>(&first);
  const auto* measured = std::get_if<repeat>(&second);
  if (warm_up == nullptr || measured == nullptr || !warm_up->discarded || measured->discarded)
    return "";
  const std::string cycle = describe(measured->phases);
  if (describe(warm_up->phases) != cycle) return "";
  return fmt::format("{} × ({}) after {} to warm up", measured->times, cycle, warm_up->times);
}

}  // namespace

std::string describe(const plan& p) {
  std::string line;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (i + 1 < p.size()) {
      if (const std::string both = with_warm_up(p[i], p[i + 1]); !both.empty()) {
        line += both;
        ++i;
        if (i + 1 < p.size()) line += ", ";
        continue;
      }
    }
    // A burst of one and the sequence behind it are one thought: "1 + 20 sequential".
    const auto* lone = std::get_if<burst>(&p[i]);
    const bool leads_sequence = lone != nullptr && lone->count == 1 && i + 1 < p.size() &&
                                std::holds_alternative<sequential>(p[i + 1]);
    line +=
        std::visit(overloaded{
                       [&](const burst& b) {
                         if (leads_sequence) return std::string("1");
                         return b.count == 1 ? "1 event" : fmt::format("{} at once", b.count);
                       },
                       [](const idle& x) { return fmt::format("idle {}", show(x.length)); },
                       [](const sequential& s) { return fmt::format("{} sequential", s.count); },
                       [](const steady& s) {
                         return fmt::format("{:g}/s for {}", s.per_second, show(s.length));
                       },
                       [](const poisson& s) {
                         return fmt::format("Poisson {:g}/s for {}", s.per_second, show(s.length));
                       },
                       [](const fresh&) { return std::string("fresh"); },
                       [](const repeat& r) {
                         return fmt::format("{} × ({}){}", r.times, describe(r.phases),
                                            r.discarded ? " discarded" : "");
                       },
                   },
                   p[i]);
    if (i + 1 < p.size()) line += leads_sequence ? " + " : ", ";
  }
  return line;
}

double expected_events(const plan& p) {
  double sum = 0;
  for (const phase& one : p) {
    sum += std::visit(overloaded{
                          [](const burst& b) { return static_cast<double>(b.count); },
                          [](const sequential& s) { return static_cast<double>(s.count); },
                          [](const steady& s) { return s.per_second * seconds(s.length); },
                          [](const poisson& s) { return s.per_second * seconds(s.length); },
                          [](const repeat& r) { return r.times * expected_events(r.phases); },
                          [](const auto&) { return 0.0; },
                      },
                      one);
  }
  return sum;
}

}  // namespace lambdaprof::load
