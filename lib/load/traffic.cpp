// SPDX-License-Identifier: Apache-2.0
#include "load/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace lambdaprof::load {
namespace {

constexpr double highest_rate = 1e5;
constexpr std::int64_t largest_burst = 10'000;
constexpr span longest_gap = std::chrono::hours(24 * 365);

fault bad_traffic(std::string_view text, std::string why) {
  return {fault_kind::usage, fmt::format("\"{}\" is no traffic: {}", text, why), "",
          "write poisson:0.5 or steady:0.5 (a second), or burst:20,15m"};
}

template <class Phase>
plan open_plan(double rate, span warm_up, span length) {
  return {repeat{1, true, {Phase{rate, warm_up}}}, repeat{1, false, {Phase{rate, length}}}};
}

result<plan> burst_plan(std::string_view text, std::string_view words, span warm_up, span length) {
  const std::string_view number = words.substr(0, words.find(','));
  const auto count = parse_whole(number, 1, largest_burst);
  if (!count) return bad_traffic(text, "a burst has 1 to 10000 events");
  words.remove_prefix(std::min(words.size(), number.size() + 1));
  const auto gap = parse_span(words);
  if (!gap || *gap < std::chrono::seconds(1) || *gap > longest_gap)
    return bad_traffic(text, "a gap from 1s to a year follows the burst");
  const plan cycle{burst{static_cast<std::uint32_t>(*count)}, idle{*gap}};
  return plan{
      repeat{static_cast<std::uint32_t>(warm_up / *gap + 1), true, cycle},
      repeat{static_cast<std::uint32_t>(std::max<std::int64_t>(1, length / *gap)), false, cycle}};
}

}  // namespace

result<plan> traffic_plan(std::string_view text, span warm_up, span length) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon == text.npos || (name != "poisson" && name != "steady" && name != "burst"))
    return bad_traffic(text, "its kind is unknown");
  const std::string_view words = text.substr(colon + 1);
  if (name == "burst") return burst_plan(text, words, warm_up, length);
  double rate = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), rate);
  if (error != std::errc{} || end != words.data() + words.size() ||
      !(rate > 0 && rate <= highest_rate))
    return bad_traffic(text, "a rate above 0, up to 100000 a second, is expected");
  return name == "poisson" ? open_plan<poisson>(rate, warm_up, length)
                           : open_plan<steady>(rate, warm_up, length);
}

}  // namespace lambdaprof::load
