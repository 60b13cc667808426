// SPDX-License-Identifier: Apache-2.0
#include "sim/law_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace lambdaprof::sim {
namespace {

constexpr span longest = std::chrono::hours(1);
constexpr double widest = 3;  // of a logarithm: nothing measured comes near it

fault bad_law(std::string_view text, std::string why) {
  return {fault_kind::usage, fmt::format("\"{}\" is not a distribution: {}", text, why), "",
          "write fixed:100ms, exponential:10ms or lognormal:100ms,0.3"};
}

}  // namespace

result<law> parse_law(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = colon == text.npos ? "fixed" : text.substr(0, colon);
  std::string_view rest = colon == text.npos ? text : text.substr(colon + 1);
  if (name != "fixed" && name != "exponential" && name != "lognormal")
    return bad_law(text, "its law is unknown");
  const std::string_view first = rest.substr(0, rest.find(','));
  const auto length = parse_span(first);
  if (!length) return bad_law(text, length.error().message);
  if (*length > longest) return bad_law(text, "it is longer than an hour");
  rest.remove_prefix(std::min(rest.size(), first.size() + 1));
  if (name != "lognormal") {
    if (!rest.empty()) return bad_law(text, "one duration is expected");
    return name == "fixed" ? law(fixed{*length}) : law(exponential{*length});
  }
  double sigma = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), sigma);
  if (error != std::errc{} || end != rest.data() + rest.size() || !(sigma >= 0 && sigma <= widest))
    return bad_law(text, "a deviation from 0 to 3 follows the median");
  return law(log_normal{*length, sigma});
}

std::string spell(const law& l) {
  using lambdaprof::spell;
  return std::visit(
      overloaded{
          [](const fixed& f) { return "fixed:" + spell(f.length); },
          [](const exponential& e) { return "exponential:" + spell(e.mean); },
          [](const log_normal& n) {
            return fmt::format("lognormal:{},{:g}", spell(n.median), n.sigma);
          },
          [](const resampled& r) {
            const auto [low, high] = std::minmax_element(r.samples->begin(), r.samples->end());
            return fmt::format("{} samples, {} to {}", r.samples->size(), show(*low), show(*high));
          },
      },
      l);
}

}  // namespace lambdaprof::sim
