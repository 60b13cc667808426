// SPDX-License-Identifier: Apache-2.0
#include "profile/budget_file.hpp"

#include "profile/budget_list.hpp"
#include "profile/file.hpp"
#include "profile/json.hpp"

namespace lambdaprof::profile {
namespace {
constexpr std::size_t most_bytes = 16'000'000;
}

result<std::vector<trial::budget>> read_budgets(const std::string& path) {
  const auto text = read_file(path, most_bytes);
  if (!text) return text.error();
  const auto parsed = parse_json(*text, path);
  if (!parsed) return parsed.error();
  auto budgets = budget_list{}.read(*parsed, {path, ""});
  if (!budgets) return below(budgets.error().where.empty() ? path : path + ": ", budgets.error());
  return budgets;
}

}  // namespace lambdaprof::profile
