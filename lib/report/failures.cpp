// SPDX-License-Identifier: Apache-2.0
#include "report/failures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/failures.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::size_t shown = 3;

/// "2 × {"errorType":"A","errorMessage":"b",…}" as "2 × A: b", and {"statusCode":502,"body":"b"} as
/// "HTTP 502: b"; what has neither shape stays as it is.
std::string worded(const std::string& line) {
  const std::size_t start = line.find('{');
  if (start == std::string::npos) return line;
  const std::size_t end = line.rfind('}');
  if (end == std::string::npos) return line;
  const auto payload = nlohmann::json::parse(line.substr(start, end + 1 - start), nullptr, false);
  if (!payload.is_object()) return line;
  const auto part = [&](const char* key) -> std::string {
    const auto found = payload.find(key);
    return found != payload.end() && found->is_string() ? found->get<std::string>() : "";
  };
  const std::string type = part("errorType");
  const std::string message = part("errorMessage");
  const std::string body = part("body");
  if (type.empty() && message.empty() && !body.empty() && payload.contains("statusCode")) {
    const auto& status = payload["statusCode"];
    return line.substr(0, start) + "HTTP " +
           (status.is_string() ? status.get<std::string>() : status.dump()) + ": " + body +
           line.substr(end + 1);
  }
  if (type.empty() && message.empty()) return line;
  return line.substr(0, start) + type + (type.empty() || message.empty() ? "" : ": ") + message +
         line.substr(end + 1);
}

/// What went wrong where no measured invocation failed: in the warm-up, or in inits that nobody
/// waited for.
std::vector<std::string> errors_of_others(const analysis::timeline& t) {
  analysis::failure_tally invocations;
  for (const analysis::invocation_row& i : t.invocations) invocations.add(i.error);
  analysis::failure_tally inits;
  analysis::failure_tally restores;
  for (const analysis::environment_row& e : t.environments) {
    inits.add(e.init_error);
    restores.add(e.restore_error);
  }
  std::vector<std::string> all = invocations.lines();
  for (std::string& line : inits.lines()) all.push_back(line + " (init)");
  for (std::string& line : restores.lines()) all.push_back(line + " (restore)");
  return all;
}

/// The cause often stands at the end of a message, and one that never ends helps nobody.
std::string shortened(const std::string& text) {
  constexpr std::size_t most = 400;
  return text.size() <= most ? text : text.substr(0, most) + "…";
}

}  // namespace

section failures(const subject& s) {
  const std::vector<std::string> texts =
      s.summary.failures.empty() ? errors_of_others(s.timeline) : s.summary.failures;
  section all{"failures", {}};
  for (std::size_t i = 0; i < std::min(texts.size(), shown); ++i)
    all.blocks.push_back(paragraph{printable(shortened(worded(texts[i]))), tone::failure});
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
