// SPDX-License-Identifier: Apache-2.0
#include "report/time_spent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using analysis::account;
using analysis::frozen_debt;

constexpr std::string_view unknown = "–";
/// Less CPU than that is the runtime on its way to its next event.
constexpr double notable_debt_ms = 0.2;

struct named_account {
  std::string_view name;
  const account& of;
};

std::array<named_account, 3> accounts(const analysis::summary& s) {
  return {{{"init", s.init}, {"first", s.cold}, {"warm", s.warm}}};
}

std::string part(double value, double whole) {
  return value == 0 ? "0" : part_number(value, whole);
}

std::string count(std::optional<double> mean) {
  return mean ? short_number(*mean) : std::string(unknown);
}

/// "init 8.00 KB and 2 major faults"; empty if nothing was fetched.
std::string from_storage(const named_account& row) {
  const double read = row.of.read_bytes.value_or(0);
  const double major = row.of.major_faults.value_or(0);
  if (read == 0 && major == 0) return "";
  return fmt::format("{} {} in {} major faults", row.name,
                     short_bytes(static_cast<std::uint64_t>(std::llround(read))),
                     short_number(major));
}

/// What the table has no column for where several threads were busy: "init 1.30 (0.2) ms for a
/// CPU".
std::string stalls_of(const named_account& row) {
  const auto stall = [](const char* what, std::optional<double> some, std::optional<double> full) {
    if (!some || !full || *some == 0) return std::string();
    return fmt::format(", {} ms for {} (all: {})", short_number(*some), what, short_number(*full));
  };
  const account& a = row.of;
  std::string text =
      stall("a CPU", a.cpu_some_ms, a.cpu_full_ms) + stall("storage", a.io_some_ms, a.io_full_ms);
  return text.empty() ? text : fmt::format("{} {}", row.name, text.substr(2));
}

std::string accounts_footnote(const analysis::summary& s) {
  std::vector<std::string> stalls;
  std::vector<std::string> storage;
  bool is_crowded = false;
  for (const named_account& row : accounts(s)) {
    storage.push_back(from_storage(row));
    if (row.of.n == 0 || row.of.rest) continue;
    is_crowded = true;
    stalls.push_back(stalls_of(row));
  }
  std::erase(stalls, "");
  std::erase(storage, "");
  std::vector<std::string> notes;
  if (s.init.n > 0)
    notes.emplace_back("init: loader, runtime and your code look alike from outside");
  if (is_crowded) notes.emplace_back("–: several threads were busy, so parts overlap");
  if (!stalls.empty()) notes.push_back("a thread at least waited: " + joined(stalls));
  if (!storage.empty()) notes.push_back("from storage: " + joined(storage));
  return joined(notes);
}

/// "1 thread after 5 of 20 inits, which cost the next event 0.3 ms of CPU (at most 0.4 ms)"
std::string ran_on(const frozen_debt& d, std::string_view phase, std::string_view phases) {
  if (d.looked_at == 0) return "";
  if (d.with_work == 0) return fmt::format("no thread ran on after {}", phases);
  std::string text = fmt::format(
      "{} ran on after {} of {}",
      d.most_threads == 1 ? "1 thread" : fmt::format("up to {} threads", d.most_threads),
      d.with_work, counted(d.looked_at, phase, phases));
  if (d.carried_ms.n > 0)
    text += fmt::format(" for {} ms of the next event's CPU", short_number(d.carried_ms.mean));
  else
    text += " (the next events were too short to tell what they paid for that)";
  return text;
}

std::string frozen_debt_line(const analysis::summary& s) {
  std::vector<std::string> parts{ran_on(s.after_init, "init", "inits"),
                                 ran_on(s.after_response, "response", "responses")};
  if (const auto& after = s.after_response.after_ms; after.n > 0)
    parts.push_back(
        fmt::format("{} ms of CPU between response and standstill (mean, at most {} ms)",
                    short_number(after.mean), short_number(after.max)));
  std::erase(parts, "");
  return joined(parts);
}

}  // namespace

table time_spent(const analysis::summary& s) {
  table t;
  t.columns = {{"mean ms", alignment::left}};
  for (const char* name :
       {"wall", "user", "system", "throttled", "waiting", "blocked", "residual", "faults", "n"})
    t.columns.push_back({name});
  for (const named_account& row : accounts(s)) {
    const account& a = row.of;
    if (a.n == 0) continue;
    const auto cell = [&](std::optional<double> value) {
      return value ? part(*value, a.wall_ms) : std::string(unknown);
    };
    const auto rest = [&](double account::remainder::*member) {
      return a.rest ? part((*a.rest).*member, a.wall_ms) : std::string(unknown);
    };
    using remainder = account::remainder;
    t.rows.push_back({std::string(row.name), part(a.wall_ms, a.wall_ms), cell(a.user_ms),
                      cell(a.system_ms), cell(a.throttled_ms), rest(&remainder::waiting_ms),
                      rest(&remainder::blocked_ms), rest(&remainder::residual_ms),
                      count(a.minor_faults), std::to_string(a.n)});
  }
  t.footnote = accounts_footnote(s);
  return t;
}

facts at_standstill(const analysis::summary& s) {
  facts all;
  if (std::string debt = frozen_debt_line(s); !debt.empty())
    all.lines.push_back({"frozen debt", std::move(debt)});
  if (s.thaw_ms.n > 0)
    all.lines.push_back(
        {"thawing", fmt::format("{} ms median, {} ms at most, over {}", short_number(s.thaw_ms.p50),
                                short_number(s.thaw_ms.max), counted(s.thaw_ms.n, "event"))});
  return all;
}

std::string notable_debt(const analysis::summary& s) {
  const auto is_notable = [](const analysis::figure& f) { return f.mean > notable_debt_ms; };
  // Where it is the rule and not the exception, it is no thread on its way to sleep.
  const auto is_rule = [](const frozen_debt& d) { return 2 * d.with_work > d.looked_at; };
  if (is_notable(s.after_init.carried_ms) || is_rule(s.after_init))
    return "init was over before its work was: the next event pays (see frozen debt)";
  if (is_notable(s.after_response.carried_ms) || is_notable(s.after_response.after_ms) ||
      is_rule(s.after_response))
    return "work went on after the response: the next event pays (see frozen debt)";
  return "";
}

}  // namespace lambdaprof::report
