// SPDX-License-Identifier: Apache-2.0
#include "report/compact.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint64_t goes_on = 32;

/// 0 is none; 1, 2, 3, 4, … are 0, -1, 1, -2, …
std::uint64_t folded(std::optional<std::int64_t> value) {
  if (!value) return 0;
  const auto bits = static_cast<std::uint64_t>(*value);
  return 1 + (*value < 0 ? ~(bits << 1) : bits << 1);
}

}  // namespace

void compact_column::add(std::optional<std::int64_t> value) {
  std::uint64_t rest = folded(value);
  for (; rest >= goes_on; rest /= goes_on) text_ += alphabet[rest % goes_on + goes_on];
  text_ += alphabet[rest];
}

}  // namespace lambdaprof::report
