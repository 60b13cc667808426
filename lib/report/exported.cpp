// SPDX-License-Identifier: Apache-2.0
#include "report/exported.hpp"

#include <algorithm>
#include <set>

#include "report/variant_name.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

bool is_exported(const subject& s) {
  const journal::role role = s.conditions.variant.role;
  return s.breaches.empty() && (role == journal::role::variant || role == journal::role::base);
}

}  // namespace

std::vector<exported_variant> exported_variants(std::span<const subject> subjects) {
  std::vector<exported_variant> all;
  std::vector<std::string> names;
  for (const subject& s : subjects) {
    if (!is_exported(s)) continue;
    all.push_back({&s, ""});
    const std::string name = printable(variant_name(s));
    names.push_back(name.find_first_not_of(' ') == std::string::npos ? "unnamed" : name);
  }
  names = distinct(std::move(names));
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name = std::move(names[i]);
  return all;
}

std::vector<const analysis::metric*> exported_metrics(const trial::findings& f) {
  const auto is_mentioned = [&](std::string_view key) {
    const auto is_it = [key](const auto& finding) { return finding.metric == key; };
    return std::any_of(f.comparisons.begin(), f.comparisons.end(), is_it) ||
           std::any_of(f.verdicts.begin(), f.verdicts.end(), is_it);
  };
  std::vector<const analysis::metric*> all;
  for (const analysis::metric& m : analysis::metrics())
    if (m.is_compared || is_mentioned(m.key)) all.push_back(&m);
  // Marks are known by their findings only.
  const auto add = [&](const auto& findings) {
    for (const auto& finding : findings)
      if (const analysis::metric* m = analysis::find_metric(finding.metric);
          m != nullptr && std::find(all.begin(), all.end(), m) == all.end())
        all.push_back(m);
  };
  add(f.comparisons);
  add(f.verdicts);
  return all;
}

std::vector<double> samples_of(const exported_variant& v, const analysis::metric& m) {
  return analysis::in_order(analysis::samples_of(m, v.about->timeline, v.about->conditions));
}

std::vector<std::string> distinct(std::vector<std::string> texts) {
  std::set<std::string> taken;
  for (std::string& text : texts) {
    std::string candidate = text;
    for (std::size_t n = 2; !taken.insert(candidate).second; ++n)
      candidate = text + "#" + std::to_string(n);
    text = std::move(candidate);
  }
  return texts;
}

base_units base_units_of(const analysis::metric& m) {
  if (m.unit == "ms") return {1e6, "ns"};
  if (m.unit == "MB") return {1024.0 * 1024.0, "B"};
  return {1, "$"};
}

}  // namespace lambdaprof::report
