// SPDX-License-Identifier: Apache-2.0
#include "report/findings_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <vector>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

/// Five significant digits: with three, 150.3 would be over a limit of 150 and look the same.
std::string precise(double value) {
  return std::abs(value) < 1e5 ? fmt::format("{:.5g}", value) : fmt::format("{:.0f}", value);
}

std::string with_unit(double value, const std::string& unit) {
  if (unit == "ratio") return precise(value) + " × baseline";
  if (unit == "$") return (value < 0 ? "-$" : "$") + precise(std::abs(value));
  return precise(value) + " " + printable(unit);
}

std::string bounds_of(const trial::verdict& v) {
  if (v.low && v.high) return fmt::format("[{}, {}]", precise(*v.low), precise(*v.high));
  if (v.low) return fmt::format("(at least {})", precise(*v.low));
  return v.high ? fmt::format("(at most {})", precise(*v.high)) : "";
}

std::string bounds_of(const std::optional<analysis::interval>& i) {
  return i ? fmt::format("[{}, {}]", precise(i->low), precise(i->high)) : "";
}

std::string percent(double part) {
  return fmt::format("{:.4g} %", part * 100);
}

}  // namespace

std::string name_of(const trial::verdict& v) {
  return printable(v.metric + " " + v.budget);
}

std::string wording(const trial::verdict& v) {
  const std::string limit = with_unit(v.limit, v.unit);
  if (!v.value) return fmt::format("no sample to hold against the limit of {}", limit);
  std::string value = with_unit(*v.value, v.unit);
  if (const std::string bounds = bounds_of(v); !bounds.empty()) value += " " + bounds;
  switch (v.ruling) {
    case trial::ruling::within:
      return fmt::format("{} is within the limit of {}", value, limit);
    case trial::ruling::over:
      return fmt::format("{} is over the limit of {}", value, limit);
    case trial::ruling::inconclusive:
      break;
  }
  return fmt::format("{} is not proved to be within or over the limit of {}", value, limit);
}

std::string grounds(const trial::verdict& v) {
  std::vector<std::string> parts{fmt::format("n = {}", v.n),
                                 v.alpha_over == v.alpha
                                     ? fmt::format("error rate {} a side", percent(v.alpha))
                                     : fmt::format("error rate {} for within, {} for over",
                                                   percent(v.alpha), percent(v.alpha_over))};
  if (!v.reason.empty()) parts.push_back(printable(v.reason));
  return joined(parts);
}

std::string wording(const trial::self_test& t) {
  std::string text = printable(t.metric) + ": ";
  text += precise(t.ratio) + " times itself";
  if (t.bounds) text += fmt::format(" {} at {}", bounds_of(t.bounds), percent(t.confidence));
  text += ", " + counted(t.blocks, "block");
  switch (t.found) {
    case trial::self_test::state::quiet:
      return text + ": the machine is quiet";
    case trial::self_test::state::noisy:
      return text + ": the machine is noisy";
    case trial::self_test::state::unresolved:
      break;
  }
  return text + ": too noisy a machine for so few blocks";
}

}  // namespace lambdaprof::report
