// SPDX-License-Identifier: Apache-2.0
#include "report/go_bench.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/billing.hpp"
#include "report/exported.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::string_view digits = "0123456789";

/// What Go takes for a space in a printable text, and the slash that begins the next part of a
/// name.
constexpr std::array<std::string_view, 18> separators{
    " ",      "/",      "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
    "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000"};

/// As a part of a name, which ends in GOMAXPROCS if it ends like "-8".
std::string part_of_name(std::string part) {
  for (const std::string_view s : separators)
    for (std::size_t at = 0; (at = part.find(s, at)) != std::string::npos;)
      part.replace(at, s.size(), "_");
  const std::size_t last = part.find_last_not_of(digits);
  if (last != std::string::npos && last + 1 < part.size() && part[last] == '-') part[last] = '_';
  return part;
}

/// "cold, per million" is ColdPerMillion.
std::string in_camel_case(std::string_view words) {
  std::string all;
  bool begins = true;
  for (const char c : words) {
    const bool is_small = c >= 'a' && c <= 'z';
    const bool is_of_word = is_small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_of_word) all += begins && is_small ? static_cast<char>(c - 'a' + 'A') : c;
    begins = !is_of_word;
  }
  return all;
}

/// What benchstat puts in one table is equal in all of these.
class configuration {
 public:
  std::string changes_for(const journal::header& h) {
    const bool is_arm = analysis::architecture_of(h.machine) == analysis::architecture::arm64;
    return change("goos", "linux") + change("goarch", is_arm ? "arm64" : "amd64") +
           change("pkg", "lambdaprof") + change("cpu", printable(h.machine.cpu));
  }

 private:
  std::string change(const std::string& key, const std::string& value) {
    if (std::exchange(told_[key], value) == value) return "";
    return fmt::format("{}:{}{}\n", key, value.empty() ? "" : " ", value);
  }
  std::map<std::string, std::string> told_;
};

/// After the number of iterations, which is 1.
std::string measurement(double value, const base_units& b) {
  if (b.unit == "$") return fmt::format("{:.6f} dollars/million", value);
  return fmt::format("{} {}", std::llround(value * b.factor), b.unit == "ns" ? "ns/op" : "peak-B");
}

}  // namespace

std::string render_go_bench(std::span<const subject> subjects, const trial::findings& f) {
  const auto variants = exported_variants(subjects);
  std::vector<std::string> names;
  for (const exported_variant& v : variants) names.push_back(part_of_name(v.name));
  names = distinct(std::move(names));

  std::string all;
  configuration told;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    all += told.changes_for(variants[i].about->conditions);
    for (const analysis::metric* m : exported_metrics(f))
      for (const double sample : samples_of(variants[i], *m))
        all += fmt::format("Benchmark{}/variant={} 1 {}\n", in_camel_case(m->name), names[i],
                           measurement(sample, base_units_of(*m)));
  }
  return all;
}

}  // namespace lambdaprof::report
