// SPDX-License-Identifier: Apache-2.0
#include "fleet/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace lambdaprof::fleet {
namespace {

/// Empty if all went well.
result<void> change(settings& s, std::string_view part) {
  const std::string_view name = part.substr(0, part.find(':'));
  const std::string_view value = part.substr(std::min(part.size(), name.size() + 1));
  if (part == "none") return {};
  if (name == "keep-alive") {
    const auto law = parse_keep_alive(value);
    if (!law) return law.error();
    s.keep_alive = *law;
    return {};
  }
  if (name == "warmer") {
    auto w = parse_warmer(value);
    if (!w) return w.error();
    s.warmer = std::move(*w);
    return {};
  }
  if (name == "provisioned") {
    const auto number = parse_whole(value, 1, 10'000);
    if (!number)
      return fault{fault_kind::usage,
                   fmt::format("\"{}\": expected a whole number from 1 to 10000", part), "", ""};
    s.provisioned = static_cast<std::uint32_t>(*number);
    return {};
  }
  return fault{fault_kind::usage, fmt::format("\"{}\" is not a policy", part), "",
               "write none, keep-alive:fixed:10m, warmer:every=4m,concurrency=5 or provisioned:2, "
               "with + between several"};
}

}  // namespace

result<settings> with_policy(settings base, std::string_view text) {
  for (;;) {
    const std::size_t end = text.find('+');
    if (const auto done = change(base, text.substr(0, end)); !done) return done.error();
    if (end == text.npos) return base;
    text.remove_prefix(end + 1);
  }
}

}  // namespace lambdaprof::fleet
