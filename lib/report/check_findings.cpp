// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/check.hpp"
#include "report/check_words.hpp"
#include "report/number.hpp"
#include "report/time_spent.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

std::string event_name(const checked& c, std::uint32_t event) {
  constexpr std::size_t shown = 60;
  return fmt::format("event {} {}", event + 1, fitted(printable(c.events[event]), shown));
}

void on_answers(const checked& c, std::vector<check_finding>& all) {
  for (const changed_answer& a : c.changed) {
    facts seen;
    seen.lines = {{"event", event_name(c, a.event)},
                  {"where", a.first.path.empty() ? "the whole answer" : printable(a.first.path)},
                  {"fresh", fmt::format("{}, in each of {} environments",
                                        printable(a.first.expected), c.fresh)},
                  {"reused", printable(a.first.got)},
                  {"first seen", fmt::format("in invocation {} of the environment{}", a.invocation,
                                             a.after ? ", after " + event_name(c, *a.after) : "")},
                  {"how often", fmt::format("{} of {} times", a.times, c.rounds)}};
    all.push_back(
        {"answer",
         fmt::format("event {} is answered differently by a used environment", a.event + 1),
         std::move(seen),
         "keep nothing of an event outside its handler; --ignore PATH leaves out what "
         "may differ"});
  }
}

void on_failures(const checked& c, std::vector<check_finding>& all) {
  if (c.failed_reused == 0) return;
  facts seen;
  seen.lines = {{"how often",
                 fmt::format("{} of {} invocations", c.failed_reused, c.rounds * c.events.size())},
                {"first", printable(c.failure)}};
  all.push_back({"failure", "fails on a used environment, and on no fresh one", std::move(seen),
                 "send the same events with: lambdaprof run … --show-output"});
}

void on_growth(const checked& c, std::vector<check_finding>& all) {
  for (const growth& g : c.growths) {
    if (!g.is_found()) continue;
    facts seen;
    seen.lines = {{"from, to", amount(g, g.values.front()) + " → " + amount(g, g.values.back())},
                  {"per invocation", slope(g)},
                  {"seen in", fmt::format("{} looks between invocations", g.seen.n)}};
    all.push_back({"growth",
                   fmt::format("{} grow{} from invocation to invocation", g.of,
                               g.quantity == quantity::bytes ? "s" : ""),
                   std::move(seen), "release what an invocation takes, or limit what it keeps"});
  }
}

void on_leftovers(const checked& c, std::vector<check_finding>& all) {
  if (c.with_children > 0) {
    facts seen;
    for (const auto& [name, times] : c.children)
      seen.lines.push_back({printable(name), fmt::format("at {} of {} looks", times, c.looks)});
    all.push_back({"child", "child processes live on after the response", std::move(seen),
                   "wait for them before the response: they stand still with the environment"});
  }
  // Init may leave work to the invocations that follow: that is not theirs. And CPU by itself is
  // also that of a runtime on its way to its next event, in Node 0.25 ms.
  analysis::summary later = c.subject.summary;
  later.after_init = {};
  analysis::summary threads = later;
  threads.after_response.after_ms = {};
  // A child that was left and is still starting runs as well, on a busy machine mostly.
  if (c.with_children > 0) threads.after_response.with_work = 0;
  if (!notable_debt(threads).empty())
    all.push_back({"running", "work goes on after the response", at_standstill(later),
                   "finish it before the response, or in init"});
}

void on_end(const checked& c, std::vector<check_finding>& all) {
  if (!c.must_end || !c.end || c.end->was_in_time) return;
  facts seen;
  seen.lines = {{"SIGTERM", fmt::format("was still there after {:.0f} ms", c.end->took_ms)}};
  all.push_back({"sigterm", "SIGTERM is not honoured in time", std::move(seen),
                 "end within 500 ms of SIGTERM, which Lambda sends where there are extensions"});
}

}  // namespace

std::string amount(const growth& g, double value) {
  if (g.quantity == quantity::bytes)
    return short_bytes(static_cast<std::uint64_t>(std::llround(std::max(value, 0.0))));
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  return value < 1 ? fmt::format("{:.2g}", value) : short_number(value);
}

std::string slope(const growth& g) {
  const auto one = [&](double v) {
    const std::string sign = v > 0 ? "+" : v < 0 ? "-" : "";
    return sign + amount(g, std::abs(v));
  };
  std::string text = one(g.seen.slope);
  if (g.seen.bounds)
    text += fmt::format(" [{}, {}]", one(g.seen.bounds->low), one(g.seen.bounds->high));
  return text;
}

std::vector<check_finding> findings_of(const checked& c) {
  std::vector<check_finding> all;
  on_answers(c, all);
  on_failures(c, all);
  on_growth(c, all);
  on_leftovers(c, all);
  on_end(c, all);
  return all;
}

}  // namespace lambdaprof::report
