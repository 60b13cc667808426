// SPDX-License-Identifier: Apache-2.0
#include "command/saved.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "command/subject.hpp"
#include "host/input_file.hpp"
#include "journal/lines.hpp"
#include "report/result.hpp"
#include "trial/budget.hpp"

namespace lambdaprof::command {
namespace {

using journal::role;

fault senseless(std::string message, std::string where) {
  return {fault_kind::file, std::move(message), std::move(where), ""};
}

/// A trial that a gate has made says what it is judged by, and has what that takes.
result<void> check_trial(const std::vector<report::subject>& all) {
  if (all.empty()) return {};
  const journal::trial_facts& t = all.front().conditions.trial;
  if (t.budgets.empty()) return {};
  if (!(t.alpha > 0 && t.alpha < 0.5)) return senseless("is no error rate", "trial.alpha");
  if (!(t.machine_deviation >= 0 && t.machine_deviation < 1))
    return senseless("is no deviation of machines", "trial.machine_deviation");
  const auto has = [&](role r) {
    return std::any_of(all.begin(), all.end(),
                       [r](const report::subject& s) { return s.conditions.variant.role == r; });
  };
  if (!has(role::variant)) return senseless("no variant is there to be judged", "variants");
  const bool has_baseline =
      has(role::base) ||
      (has(role::saved_base) && has(role::saved_calibration) && has(role::calibration));
  for (const journal::budget_text& b : t.budgets) {
    const auto read = trial::read_budget(b.metric, b.limit);
    if (!read) return senseless(read.error().message, "trial.budgets");
    if (read->is_relative() && !has_baseline)
      return senseless("there is no baseline for " + read->text, "variants");
  }
  return {};
}

}  // namespace

result<std::vector<report::subject>> read_saved(const std::string& path) {
  const auto text = host::read_file(path, std::size_t{8} << 30);
  if (!text) return text.error();
  const auto in_file = [&](fault f) {
    f.where = f.where.empty() ? path : path + ": " + f.where;
    return f;
  };
  const std::string_view first_line = std::string_view(*text).substr(0, text->find('\n'));
  if (first_line.find("\"lambdaprof.journal/") != std::string_view::npos) {
    auto j = journal::read_lines(*text);
    if (!j) return in_file(j.error());
    return std::vector{subject_of(*j)};
  }
  auto subjects = report::read_result(*text);
  if (!subjects) return in_file(subjects.error());
  if (const auto sound = check_trial(*subjects); !sound) return in_file(sound.error());
  return subjects;
}

bool is_saved_result(const std::string& path) {
  if (path == "-") return true;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  std::ifstream file(path);
  char first = '\0';
  return file >> first && first == '{';
}

}  // namespace lambdaprof::command
