// SPDX-License-Identifier: Apache-2.0
#include "fleet/keep_alive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace lambdaprof::fleet {
namespace {

struct preset {
  std::string_view name;
  keep_alive law;
};

// 2020: about 620 s in every measurement of that time (lambda-models A4).
const std::array presets{preset{"aws-2025", keep_uniform{}},
                         preset{"aws-2020", keep_fixed{std::chrono::seconds(620)}}};

// An exponential draw reaches 37 times its mean: at a year that is far from overflowing an instant.
constexpr span longest = std::chrono::hours(24 * 365);

span rounded(double nanoseconds) {
  return span(std::llround(nanoseconds));
}

fault bad_law(std::string_view text, std::string why) {
  return {fault_kind::usage, fmt::format("\"{}\" is not a keep-alive: {}", text, why), "",
          "write none, fixed:10m, uniform:300s,360s, exponential:10m, aws-2025 or aws-2020"};
}

}  // namespace

span draw(const keep_alive& k, random& chance) {
  return std::visit(overloaded{
                        [](const keep_none&) { return span{}; },
                        [](const keep_fixed& f) { return f.length; },
                        [&](const keep_uniform& u) {
                          return rounded(chance.uniform(static_cast<double>(u.low.count()),
                                                        static_cast<double>(u.high.count())));
                        },
                        [&](const keep_exponential& e) {
                          return rounded(chance.exponential(static_cast<double>(e.mean.count())));
                        },
                    },
                    k);
}

result<keep_alive> parse_keep_alive(std::string_view text) {
  if (text == "none") return keep_alive(keep_none{});
  for (const preset& p : presets)
    if (text == p.name) return p.law;

  const std::string_view name = text.substr(0, text.find(':'));
  const std::size_t wanted =
      name == "fixed" || name == "exponential" ? 1 : (name == "uniform" ? 2 : 0);
  if (wanted == 0) return bad_law(text, "its law is unknown");

  std::vector<span> lengths;
  std::string_view rest = text.substr(name.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the colon or a comma
    const std::string_view one = rest.substr(0, rest.find(','));
    const auto length = parse_span(one);
    if (!length) return bad_law(text, length.error().message);
    if (*length > longest) return bad_law(text, "it is longer than a year");
    lengths.push_back(*length);
    rest.remove_prefix(one.size());
  }
  if (lengths.size() != wanted)
    return bad_law(text, wanted == 1 ? "one duration is expected" : "two durations are expected");
  if (name == "fixed") return keep_alive(keep_fixed{lengths[0]});
  if (name == "exponential") return keep_alive(keep_exponential{lengths[0]});
  if (lengths[0] > lengths[1]) return bad_law(text, "the first duration is above the second");
  return keep_alive(keep_uniform{lengths[0], lengths[1]});
}

std::string spell(const keep_alive& k) {
  using lambdaprof::spell;
  return std::visit(
      overloaded{
          [](const keep_none&) { return std::string("none"); },
          [](const keep_fixed& f) { return "fixed:" + spell(f.length); },
          [](const keep_uniform& u) { return "uniform:" + spell(u.low) + "," + spell(u.high); },
          [](const keep_exponential& e) { return "exponential:" + spell(e.mean); },
      },
      k);
}

}  // namespace lambdaprof::fleet
