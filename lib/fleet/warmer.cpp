// SPDX-License-Identifier: Apache-2.0
#include "fleet/warmer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace lambdaprof::fleet {
namespace {

constexpr span shortest_period = std::chrono::seconds(1);
constexpr span longest_period = std::chrono::hours(24 * 365);
constexpr span longest_hold = std::chrono::seconds(900);
constexpr std::int64_t most_pings = 10'000;

fault bad_warmer(std::string_view text, std::string why) {
  return {fault_kind::usage, fmt::format("\"{}\" is not a warmer: {}", text, why), "",
          "write every=4m,concurrency=5,hold=75ms"};
}

/// Empty if all went well.
std::string set(warmer& w, std::string_view key, std::string_view value) {
  if (key == "concurrency") {
    const auto number = parse_whole(value, 1, most_pings);
    if (!number) return fmt::format("concurrency is a whole number from 1 to {}", most_pings);
    w.concurrency = static_cast<std::uint32_t>(*number);
    return "";
  }
  if (key != "every" && key != "hold") return fmt::format("it has no \"{}\"", key);
  const auto length = parse_span(value);
  if (!length) return length.error().message;
  const bool is_period = key == "every";
  if (is_period && (*length < shortest_period || *length > longest_period))
    return "every is a duration from 1s to a year";
  if (!is_period && *length > longest_hold) return "hold is a duration up to 15m";
  (is_period ? w.every : w.hold) = *length;
  return "";
}

}  // namespace

std::string ping_payload(const warmer& w, std::uint32_t number) {
  if (!w.payload.empty()) return w.payload;
  // lambda-warmer holds every ping but the first of a fan-out; so all of ours are later ones.
  return fmt::format(R"({{"warmer":true,"source":"serverless-plugin-warmup",)"
                     R"("__WARMER_INVOCATION__":{},"__WARMER_CONCURRENCY__":{},"hold_ms":{}}})",
                     number + 2, w.concurrency + 1,
                     std::chrono::ceil<std::chrono::milliseconds>(w.hold).count());
}

result<warmer> parse_warmer(std::string_view text) {
  warmer w;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view key = rest.substr(0, rest.find('='));
    if (key.size() == rest.size()) return bad_warmer(text, fmt::format("\"{}\" has no value", key));
    rest.remove_prefix(key.size() + 1);
    if (key == "payload") {
      if (rest.empty()) return bad_warmer(text, "its payload is empty");
      w.payload = rest;
      return w;
    }
    const std::string_view value = rest.substr(0, rest.find(','));
    if (std::string why = set(w, key, value); !why.empty()) return bad_warmer(text, std::move(why));
    rest.remove_prefix(std::min(rest.size(), value.size() + 1));
  }
  return w;
}

std::string spell(const warmer& w) {
  using lambdaprof::spell;
  std::string text =
      fmt::format("every={},concurrency={},hold={}", spell(w.every), w.concurrency, spell(w.hold));
  return w.payload.empty() ? text : text + ",payload=" + w.payload;
}

}  // namespace lambdaprof::fleet
