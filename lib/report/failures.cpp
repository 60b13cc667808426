// SPDX-License-Identifier: Apache-2.0
#include "report/failures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::size_t shown = 3;

/// "2 × {"errorType":"A","errorMessage":"b",…}" as "2 × A: b"; what has not this shape stays as it
/// is.
std::string worded(const std::string& line) {
  const std::size_t start = line.find('{');
  if (start == std::string::npos) return line;
  const auto payload = nlohmann::json::parse(line.substr(start), nullptr, false);
  if (!payload.is_object()) return line;
  const auto part = [&](const char* key) -> std::string {
    const auto found = payload.find(key);
    return found != payload.end() && found->is_string() ? found->get<std::string>() : "";
  };
  const std::string type = part("errorType");
  const std::string message = part("errorMessage");
  if (type.empty() && message.empty()) return line;
  return line.substr(0, start) + type + (type.empty() || message.empty() ? "" : ": ") + message;
}

/// Of inits that no invocation waited for.
std::vector<std::string> init_errors(const analysis::timeline& t) {
  std::vector<std::string> texts;
  for (const analysis::environment_row& e : t.environments)
    if (!e.init_error.empty() && std::find(texts.begin(), texts.end(), e.init_error) == texts.end())
      texts.push_back(e.init_error);
  return texts;
}

}  // namespace

section failures(const subject& s) {
  const std::vector<std::string> texts =
      s.summary.failures.empty() ? init_errors(s.timeline) : s.summary.failures;
  section all{"failures", {}};
  for (std::size_t i = 0; i < std::min(texts.size(), shown); ++i)
    all.blocks.push_back(quotation{printable(worded(texts[i])), tone::failure});
  if (texts.size() > shown)
    all.blocks.push_back(
        paragraph{"and " + counted(texts.size() - shown, "more kind"), tone::quiet});
  return all;
}

section broken_laws(const subject& s) {
  section all{"broken laws", {}};
  for (const std::string& breach : s.breaches)
    all.blocks.push_back(quotation{printable(breach), tone::failure});
  return all;
}

}  // namespace lambdaprof::report
