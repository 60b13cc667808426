// SPDX-License-Identifier: Apache-2.0
#include "report/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"
#include "report/check_words.hpp"
#include "report/conditions.hpp"
#include "report/failures.hpp"
#include "report/number.hpp"
#include "report/remarks.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;

bool is_usable(const checked& c) {
  return c.subject.breaches.empty() && c.answered > 0;
}

paragraph verdict_of(const checked& c, std::size_t findings) {
  if (!c.subject.breaches.empty())
    return {"a bug of ours: no figure can be trusted", tone::failure};
  if (c.subject.timeline.interrupted)
    return {fmt::format("interrupted after {}; {} by then",
                        counted(c.answered, "answer of a used environment",
                                "answers of a used environment"),
                        counted(findings, "finding")),
            tone::warning};
  if (c.failed_fresh > 0 && (c.answered == 0 || c.failed_fresh == c.fresh * c.events.size()))
    return {"nothing was checked: the function fails on fresh environments", tone::failure};
  if (c.failed_fresh > 0)
    return {fmt::format("{} of {} invocations of fresh environments failed; {} beside that",
                        c.failed_fresh, c.fresh * c.events.size(), counted(findings, "finding")),
            tone::failure};
  if (findings > 0) return {counted(findings, "finding"), tone::failure};
  return {fmt::format("stateless as far as was seen: {} × {} on one environment",
                      counted(c.events.size(), "event"), c.rounds),
          tone::plain};
}

table table_of(const checked& c) {
  table t;
  t.columns = {{"held between invocations", alignment::left},
               {"first"},
               {"last"},
               {"per invocation"},
               {"finding from"}};
  for (const growth& g : c.growths) {
    if (g.values.empty()) continue;
    t.rows.push_back(
        {g.of, amount(g, g.values.front()), amount(g, g.values.back()), slope(g),
         fmt::format("+{}, {} in all", amount(g, g.least), amount(g, g.least_in_all))});
  }
  t.footnote =
      "of the function and what its init has started, while it stands still; per invocation: the "
      "slope of Theil and Sen with its 99 % interval, without the first quarter";
  return t;
}

std::string listed(const std::vector<std::string>& paths) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, paths.size()); ++i)
    text += (i == 0 ? "" : ", ") + (paths[i].empty() ? "the whole answer" : printable(paths[i]));
  return paths.size() > most ? text + fmt::format(" and {} more", paths.size() - most) : text;
}

facts counted_facts_of(const checked& c) {
  facts f;
  f.lines.push_back({"answers", fmt::format("{} on fresh environments, {} on a used one",
                                            c.fresh * c.events.size(), c.answered)});
  if (c.end)
    f.lines.push_back(
        {"SIGTERM",
         !c.end->was_in_time
             ? "ignored for 500 ms; Lambda kills at once where there are no extensions"
             : fmt::format("{}; nothing was left after {} ms",
                           c.end->has_handler ? "exits by itself" : "ends it",
                           short_number(c.end->took_ms)),
         c.end->was_in_time ? tone::plain : tone::warning});
  for (const growth& g : c.growths)
    if (g.values.empty() && c.looks > 0) f.lines.push_back({g.of, "not looked at", tone::quiet});
  if (!c.ignored.empty()) f.lines.push_back({"ignored", listed(c.ignored), tone::quiet});
  return f;
}

remarks remarks_of(const checked& c) {
  remarks all;
  for (const varying_answer& v : c.varying)
    all.all.push_back(
        {fmt::format("event {} is answered differently by fresh environments already, "
                     "so that was not compared: {}",
                     v.event + 1, listed(v.paths)),
         ""});
  if (c.error_answers > 0)
    all.all.push_back({fmt::format("{} HTTP 5xx, and were compared like others",
                                   counted(c.error_answers, "answer says", "answers say")),
                       ""});
  if (is_usable(c) && !c.growths.empty() && !c.growths.front().seen.bounds)
    all.all.push_back({"too few invocations to tell growth from noise", "raise --rounds"});
  for (const std::string& note : c.subject.timeline.notes) all.all.push_back({printable(note), ""});
  return all;
}

json json_of(const growth& g) {
  json j{{"of", g.of},
         {"unit", g.quantity == quantity::bytes ? "bytes" : "count"},
         {"looked_at", !g.values.empty()},
         {"values", g.values},
         {"per_invocation", g.seen.slope},
         {"low", g.seen.bounds ? json(g.seen.bounds->low) : json()},
         {"high", g.seen.bounds ? json(g.seen.bounds->high) : json()},
         {"finding_from", g.least},
         {"finding_from_in_all", g.least_in_all},
         {"found", g.is_found()}};
  return j;
}

json json_of(const check_finding& f) {
  json evidence = json::object();
  for (const fact_line& l : f.evidence.lines) evidence[valid_utf8(l.key)] = valid_utf8(l.text);
  return {{"kind", f.kind}, {"title", f.title}, {"evidence", std::move(evidence)}};
}

}  // namespace

document compose(const checked& c) {
  const std::vector<check_finding> found = findings_of(c);
  document d;
  d.title = printable(c.subject.conditions.function.name);
  d.subtitle = subtitle({&c.subject, 1});
  d.verdict = verdict_of(c, found.size());
  if (!c.subject.breaches.empty()) d.sections.push_back(broken_laws(c.subject));
  for (const check_finding& f : found) {
    facts seen = f.evidence;
    seen.lines.push_back({"remedy", f.remedy, tone::quiet});
    d.sections.push_back({f.title, {std::move(seen)}});
  }
  if (is_usable(c)) {
    if (table t = table_of(c); !t.rows.empty()) d.sections.push_back({"", {std::move(t)}});
    d.sections.push_back({"", {counted_facts_of(c)}});
  }
  if (section failed = failures(c.subject); !failed.blocks.empty())
    d.sections.push_back(std::move(failed));
  if (remarks said = remarks_of(c); !said.all.empty())
    d.sections.push_back({"", {std::move(said)}});
  d.sections.push_back({"", {conditions({&c.subject, 1})}});
  if (!c.subject.conditions.command_line.empty())
    d.sections.push_back({"", {code{printable(c.subject.conditions.command_line)}}});
  return d;
}

std::string write_json(const checked& c) {
  const journal::header& h = c.subject.conditions;
  json j{{"schema", "lambdaprof.check/v1"},
         {"tool", {{"name", "lambdaprof"}, {"version", h.tool_version}}},
         {"command", valid_utf8(h.command_line)},
         {"started_at", h.started_at},
         {"function", valid_utf8(h.function.name)},
         {"seed", h.seed},
         {"events", c.events.size()},
         {"fresh", c.fresh},
         {"rounds", c.rounds},
         {"answered", c.answered},
         {"failed_fresh", c.failed_fresh},
         {"failed_reused", c.failed_reused},
         {"interrupted", c.subject.timeline.interrupted}};
  j["findings"] = json::array();
  for (const check_finding& f : findings_of(c)) j["findings"].push_back(json_of(f));
  j["growth"] = json::array();
  for (const growth& g : c.growths) j["growth"].push_back(json_of(g));
  j["varying"] = json::array();
  for (const varying_answer& v : c.varying) {
    json paths = json::array();
    for (const std::string& p : v.paths) paths.push_back(valid_utf8(p));
    j["varying"].push_back({{"event", v.event + 1}, {"paths", std::move(paths)}});
  }
  j["sigterm"] = !c.end ? json()
                        : json{{"in_time", c.end->was_in_time},
                               {"by_itself", c.end->has_handler},
                               {"took_ms", c.end->took_ms}};
  return j.dump(2) + "\n";
}

}  // namespace lambdaprof::report
