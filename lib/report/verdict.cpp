// SPDX-License-Identifier: Apache-2.0
#include "report/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

std::string median_of(std::string_view what, const analysis::figure& f) {
  std::string text = fmt::format("{} {} ms", what, short_number(f.p50));
  if (f.p50_bounds) text += " " + short_interval(*f.p50_bounds);
  return text;
}

/// What an outcome is called where its name does not say who did what.
std::string words_of(const std::string& outcome) {
  if (outcome == name(journal::outcome::extension_exited)) return "an extension exited";
  if (outcome == name(journal::outcome::extension_error)) return "an extension gave up";
  if (outcome == name(journal::outcome::extension_launch)) return "an extension did not start";
  if (outcome == name(journal::outcome::error_answer)) return "answered with HTTP 5xx";
  std::string words = outcome;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// "3 × init error, 1 × timed out"; empty if all went well.
std::string how_it_failed(const analysis::counts& c) {
  std::string text;
  const auto add = [&](std::size_t n, const std::string& what) {
    if (n == 0) return;
    text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", n, what);
  };
  for (const auto& [outcome, n] : c.by_outcome)
    if (outcome != name(journal::outcome::success)) add(n, words_of(outcome));
  add(c.throttles, "throttled");
  return text;
}

/// Why there is no cold figure.
std::string without_cold(const analysis::summary& s) {
  const analysis::counts& c = s.count;
  if (c.invocations == 0 && c.discarded > 0) return "nothing was measured: the warm-up failed";
  const std::string failed = how_it_failed(c);
  if (c.invocations > 0 && c.failures == c.invocations) return "nothing succeeded: " + failed;
  const std::string why = failed.empty() ? "" : ": " + failed;
  if (s.count.cold + s.count.init_failures + s.count.restore_failures > 0)
    return "no cold start succeeded" + why;
  return (s.warm_ms.n > 0 ? "no cold start measured" : "nothing was measured") + why;
}

paragraph of_figures(const analysis::summary& s) {
  const bool has_cold = s.cold_ms.n > 0;
  const bool has_warm = s.warm_ms.n > 0;
  std::vector<std::string> parts{has_cold ? median_of("cold start", s.cold_ms) : without_cold(s)};
  // The interval of what was asked for is enough for one line.
  if (has_warm)
    parts.push_back(has_cold ? fmt::format("warm {} ms", short_number(s.warm_ms.p50))
                             : median_of("warm", s.warm_ms));
  if (has_cold && has_warm && s.warm_ms.p50 > 0)
    parts.push_back(fmt::format("cold is {} × warm", short_number(s.cold_ms.p50 / s.warm_ms.p50)));
  if (has_cold && s.count.failures > 0)
    parts.push_back(fmt::format("{} of {} failed", s.count.failures, s.count.invocations));
  const bool is_good = has_cold && s.count.failures == 0;
  return {joined(parts), is_good ? tone::plain : has_cold ? tone::warning : tone::failure};
}

}  // namespace

paragraph verdict(const subject& s) {
  if (!s.breaches.empty())
    return {fmt::format("no figures: this run broke {} of the model, which is a bug of lambdaprof",
                        counted(s.breaches.size(), "law")),
            tone::failure};
  paragraph line = of_figures(s.summary);
  if (s.timeline.interrupted) {
    line.text = "interrupted, partial: " + line.text;
    if (line.tone == tone::plain) line.tone = tone::warning;
  }
  return line;
}

}  // namespace lambdaprof::report
