// SPDX-License-Identifier: Apache-2.0
#include "report/simulation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;
using analysis::traffic;

/// Of a mean of some 30 batches: 95 %.
constexpr double student = 2.05;

std::string share_text(double share) {
  return fmt::format("{:.{}f} %", 100 * share, share >= 0.1 ? 1 : share >= 0.01 ? 2 : 3);
}

/// Of n requests none was cold: the share is at most that, at 95 %.
double most_of_none(double n) {
  return 1 - std::pow(0.05, 1 / n);
}

/// "0.18 % ± 0.01", or how rare it is at most where none was seen.
std::string cold_share(const traffic& t) {
  if (t.requests == 0) return "–";
  const auto n = static_cast<double>(t.requests);
  if (t.cold == 0) return fmt::format("0 (< {})", share_text(most_of_none(n)));
  const std::string share = share_text(t.cold_share());
  if (!t.share_error) return share;
  const double half = 100 * student * *t.share_error;
  return fmt::format("{} ± {:.{}f}", share, half, half >= 0.1 ? 1 : half >= 0.01 ? 2 : 4);
}

std::string time_at(const traffic& t, double q) {
  const auto s = t.latency.quantile(q);
  return s ? short_number(milliseconds(*s)) : "–";
}

std::string dollars(double d) {
  if (d == 0) return "0";
  if (d < 0.995) return fmt::format("{:#.2g}", d);
  return d >= 100 ? fmt::format("{:.0f}", d) : fmt::format("{:.2f}", d);
}

table table_of(const simulated_load& load) {
  table t;
  t.columns = {{"policy", alignment::left},
               {"cold"},
               {"p50"},
               {"p90"},
               {"p99 ms"},
               {"idle GB-s"},
               {"$ a month"},
               {"for warmth"}};
  for (const policy_outcome& p : load.policies)
    t.rows.push_back({printable(p.policy), cold_share(p.seen), time_at(p.seen, .5),
                      time_at(p.seen, .9), time_at(p.seen, .99),
                      fmt::format("{:.0f}", p.month.idle_gb_seconds), dollars(p.month.dollars()),
                      dollars(p.month.pings + p.month.provisioned)});
  const traffic& first = load.policies.front().seen;
  t.footnote = fmt::format(
      "{} requests over {:.1f} days, the same for every policy; ± is a 95 % interval by batch "
      "means; idle GB-seconds and dollars are of a month of 30 days; for warmth: what of it pings "
      "and provisioned environments cost",
      first.requests, seconds(first.length) / 86400);
  return t;
}

/// How each policy fares as the traffic grows; the loads play the same policies.
curves curves_of(const simulation& s) {
  curves c{"requests a second", "cold, % of requests", {}};
  for (std::size_t i = 0; i < s.loads.front().policies.size(); ++i) {
    curve one{printable(s.loads.front().policies[i].policy), {}};
    for (const simulated_load& load : s.loads) {
      const traffic& t = load.policies[i].seen;
      if (t.requests == 0 || t.length <= span{}) continue;
      curve::point at;
      at.x = static_cast<double>(t.requests) / seconds(t.length);
      at.y = 100 * t.cold_share();
      if (t.share_error) {
        at.low = std::max(0.0, at.y - 100 * student * *t.share_error);
        at.high = at.y + 100 * student * *t.share_error;
      }
      one.points.push_back(at);
    }
    std::sort(one.points.begin(), one.points.end(),
              [](const curve::point& a, const curve::point& b) { return a.x < b.x; });
    c.all.push_back(std::move(one));
  }
  return c;
}

remark trouble(const simulated_load& load, const policy_outcome& p) {
  std::vector<std::string> parts;
  std::vector<std::string> remedies;
  if (p.seen.failed > 0) {
    parts.push_back(fmt::format("{} failed", p.seen.failed));
    remedies.emplace_back("--timeout");
  }
  if (p.seen.throttled > 0) {
    parts.push_back(fmt::format("{} throttled", p.seen.throttled));
    remedies.emplace_back("--max-environments");
  }
  return {fmt::format("{}, {}: {} of {} requests", printable(load.name), printable(p.policy),
                      fmt::join(parts, ", "), p.seen.requests),
          fmt::format("raise {}", fmt::join(remedies, " and "))};
}

std::uint64_t unserved(const policy_outcome& p) {
  return p.seen.failed + p.seen.throttled;
}

/// What its share of cold starts may be as well.
analysis::interval shares_of(const traffic& t) {
  const double share = t.cold_share();
  if (t.cold == 0)
    return {0, most_of_none(static_cast<double>(std::max<std::uint64_t>(t.requests, 1)))};
  const double half = student * t.share_error.value_or(0);
  return {share - half, share + half};
}

/// The cheapest of those that nothing shows to have more cold starts than the one with fewest,
/// among those that leave fewest requests unserved.
const policy_outcome& fewest_cold(const simulated_load& load) {
  std::vector<const policy_outcome*> serving;
  for (const policy_outcome& p : load.policies) {
    if (!serving.empty() && unserved(p) < unserved(*serving.front())) serving.clear();
    if (serving.empty() || unserved(p) == unserved(*serving.front())) serving.push_back(&p);
  }
  const policy_outcome* best = *std::min_element(
      serving.begin(), serving.end(),
      [](const auto* a, const auto* b) { return a->seen.cold_share() < b->seen.cold_share(); });
  const double most = shares_of(best->seen).high;
  for (const policy_outcome* p : serving)
    if (shares_of(p->seen).low <= most && p->month.dollars() < best->month.dollars()) best = p;
  return *best;
}

/// "fewest cold starts with provisioned:1 (0 (< 0.05 %), $5.41 a month); cheapest is none (3.5 %,
/// $0.0059)".
std::string best_of(const simulated_load& load) {
  const policy_outcome& fewest = fewest_cold(load);
  const policy_outcome& cheapest = *std::min_element(
      load.policies.begin(), load.policies.end(),
      [](const auto& a, const auto& b) { return a.month.dollars() < b.month.dollars(); });
  const auto told = [](const policy_outcome& p) {
    const std::string lost =
        unserved(p) == 0
            ? ""
            : fmt::format(
                  ", {} failed or throttled",
                  share_text(static_cast<double>(unserved(p)) /
                             static_cast<double>(std::max<std::uint64_t>(p.seen.requests, 1))));
    return fmt::format("{}: {}{}, ${} a month", printable(p.policy), cold_share(p.seen), lost,
                       dollars(p.month.dollars()));
  };
  if (fewest.seen.requests == 0) return "no request came in that time";
  if (&fewest == &cheapest) return "fewest cold starts and cheapest with " + told(fewest);
  return fmt::format("fewest cold starts with {}; cheapest with {}", told(fewest), told(cheapest));
}

/// Of several loads the one under which the choice matters most.
paragraph verdict_of(const simulation& s) {
  const auto at_stake = [](const simulated_load& load) {
    const auto [least, most] = std::minmax_element(
        load.policies.begin(), load.policies.end(),
        [](const auto& a, const auto& b) { return a.seen.cold_share() < b.seen.cold_share(); });
    return most->seen.cold_share() - least->seen.cold_share();
  };
  const simulated_load& most =
      *std::max_element(s.loads.begin(), s.loads.end(),
                        [&](const auto& a, const auto& b) { return at_stake(a) < at_stake(b); });
  std::string text = best_of(most);
  if (s.loads.size() > 1) text = fmt::format("{}: {}", printable(most.name), text);
  if (s.is_interrupted) return {"interrupted, partial: " + text, tone::warning};
  const bool is_well = std::all_of(most.policies.begin(), most.policies.end(),
                                   [](const policy_outcome& p) { return unserved(p) == 0; });
  return {std::move(text), is_well ? tone::plain : tone::warning};
}

json of_time(const traffic& t, double q) {
  const auto s = t.latency.quantile(q);
  return s ? json(milliseconds(*s)) : json();
}

json json_of(const policy_outcome& p) {
  const traffic& t = p.seen;
  return {{"policy", valid_utf8(p.policy)},
          {"requests", t.requests},
          {"cold", t.cold},
          {"cold_share", t.cold_share()},
          {"cold_share_error", t.share_error ? json(*t.share_error) : json()},
          {"failed", t.failed},
          {"throttled", t.throttled},
          {"pings", t.pings},
          {"cold_pings", t.cold_pings},
          {"p50_ms", of_time(t, .5)},
          {"p90_ms", of_time(t, .9)},
          {"p99_ms", of_time(t, .99)},
          {"length_s", seconds(t.length)},
          {"mean_idle", t.length > span{} ? json(t.idle_seconds / seconds(t.length)) : json()},
          {"idle_gb_seconds_a_month", p.month.idle_gb_seconds},
          {"dollars_a_month", p.month.dollars()},
          {"on_demand_dollars", p.month.on_demand},
          {"ping_dollars", p.month.pings},
          {"provisioned_dollars", p.month.provisioned}};
}

std::string csv_text(std::string_view text) {
  std::string all = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"') all += '"';
    all += c;
  }
  return all + '"';
}

}  // namespace

document compose(const simulation& s) {
  document d;
  const std::string function = s.function.empty() ? "simulation" : printable(s.function);
  d.title = s.question.empty() ? function : printable(s.question);
  d.subtitle =
      fmt::format("{}{} MB · simulated", s.question.empty() ? "" : function + " · ", s.memory_mb);
  d.verdict = verdict_of(s);
  if (s.loads.size() > 1) {
    facts each;
    for (const simulated_load& load : s.loads)
      each.lines.push_back({printable(load.name), best_of(load), tone::plain});
    d.sections.push_back({"What it is worth", {std::move(each)}});
  }
  remarks found;
  for (const simulated_load& load : s.loads) {
    d.sections.push_back({"traffic " + printable(load.name), {table_of(load)}});
    for (const policy_outcome& p : load.policies)
      if (unserved(p) > 0) found.all.push_back(trouble(load, p));
  }
  if (s.loads.size() > 1) d.sections.push_back({"Cold starts by traffic", {curves_of(s)}});
  for (const std::string& caveat : s.caveats) found.all.push_back({printable(caveat), ""});
  if (!found.all.empty()) d.sections.push_back({"", {std::move(found)}});
  facts model;
  for (const journal::assumption& a : s.model)
    model.lines.push_back({printable(a.about), printable(a.says), tone::quiet});
  d.sections.push_back({"Model", {std::move(model)}});
  if (!s.command_line.empty()) d.sections.push_back({"", {code{printable(s.command_line)}}});
  return d;
}

std::string write_json(const simulation& s) {
  json j{{"schema", "lambdaprof.simulation/v1"},
         {"tool", {{"name", "lambdaprof"}, {"version", s.tool_version}}},
         {"command", valid_utf8(s.command_line)},
         {"function", valid_utf8(s.function)},
         {"memory_mb", s.memory_mb},
         {"seed", s.seed}};
  if (s.is_interrupted) j["interrupted"] = true;
  j["model"] = json::array();
  for (const journal::assumption& a : s.model)
    j["model"].push_back({{"about", valid_utf8(a.about)}, {"says", valid_utf8(a.says)}});
  j["loads"] = json::array();
  for (const simulated_load& load : s.loads) {
    json policies = json::array();
    for (const policy_outcome& p : load.policies) policies.push_back(json_of(p));
    j["loads"].push_back({{"load", valid_utf8(load.name)}, {"policies", std::move(policies)}});
  }
  return j.dump(2) + "\n";
}

std::string render_csv(const simulation& s) {
  std::string all =
      "load,policy,requests,cold,cold_share,cold_share_error,pings,p50_ms,p90_ms,p99_ms,"
      "idle_gb_seconds_a_month,dollars_a_month,failed,throttled\n";
  const auto in_ms = [](const traffic& t, double q) {
    const auto found = t.latency.quantile(q);
    return found ? exact_ms(*found) : "";
  };
  for (const simulated_load& load : s.loads)
    for (const policy_outcome& p : load.policies) {
      const traffic& t = p.seen;
      all += fmt::format("{},{},{},{},{:.8f},{},{},{},{},{},{:.3f},{:.6f},{},{}\n",
                         csv_text(load.name), csv_text(p.policy), t.requests, t.cold,
                         t.cold_share(), t.share_error ? fmt::format("{:.8f}", *t.share_error) : "",
                         t.pings, in_ms(t, .5), in_ms(t, .9), in_ms(t, .99),
                         p.month.idle_gb_seconds, p.month.dollars(), t.failed, t.throttled);
    }
  return all;
}

}  // namespace lambdaprof::report
