// SPDX-License-Identifier: Apache-2.0
#include "report/variant_name.hpp"

namespace lambdaprof::report {

std::string variant_name(const subject& s) {
  const std::string& own = s.conditions.variant.name;
  return own.empty() ? s.conditions.function.name : own;
}

bool is_of_interest(const subject& s) {
  using journal::role;
  return s.conditions.variant.role == role::variant || s.conditions.variant.role == role::base;
}

std::string name_in_group(const std::string& variant, const std::string& group) {
  const std::string end = ", " + group;
  const bool has_group = !group.empty() && variant.ends_with(end);
  return has_group ? variant.substr(0, variant.size() - end.size()) : variant;
}

std::string judged_name(std::span<const subject> subjects) {
  if (subjects.empty()) return "";
  const subject* judged = nullptr;
  for (const subject& s : subjects) {
    if (s.conditions.variant.role != journal::role::variant) continue;
    if (judged != nullptr) return subjects.front().conditions.function.name;
    judged = &s;
  }
  return judged != nullptr ? variant_name(*judged) : subjects.front().conditions.function.name;
}

}  // namespace lambdaprof::report
