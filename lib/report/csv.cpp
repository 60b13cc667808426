// SPDX-License-Identifier: Apache-2.0
#include "report/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "report/number.hpp"
#include "report/variant_name.hpp"

namespace lambdaprof::report {
namespace {

using analysis::environment_row;
using analysis::invocation_row;
using analysis::timeline;

std::string field(std::string_view text) {
  const std::string valid = valid_utf8(text);
  if (valid.find_first_of(",\"\r\n") == std::string::npos) return valid;
  std::string quoted = "\"";
  for (const char c : valid) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string field(std::optional<span> s) {
  return s ? exact_ms(*s) : "";
}

/// The environment that began with each invocation, if any did.
std::vector<const environment_row*> caused_by(const timeline& t) {
  std::vector<const environment_row*> owners(t.invocations.size());
  for (const environment_row& e : t.environments)
    if (e.first) owners[*e.first] = &e;
  return owners;
}

/// The invocation of a row, and what is around it.
struct place {
  const timeline& of;
  const invocation_row& invocation;
  const environment_row* fresh;  ///< that began with it, if any did
  const environment_row* first;  ///< whose first invocation it is, whatever that waited for

  const environment_row* environment() const {
    return invocation.env.value < of.environments.size() ? &of.environments[invocation.env.value]
                                                         : nullptr;
  }
};

/// One that only some functions have something for.
struct extra_column {
  std::string name;
  std::function<std::string(const place&)> of;
};

template <class Of>
extra_column time_column(std::string name, Of of) {
  return {std::move(name), [of = std::move(of)](const place& p) { return field(of(p)); }};
}

std::optional<span> init_of(const std::string& extension, const place& p) {
  if (!p.fresh) return std::nullopt;
  for (const analysis::extension_row& x : p.fresh->extensions)
    if (x.name == extension) return p.fresh->init_time(x);
  return std::nullopt;
}

std::optional<span> turn_of(const std::string& extension, const place& p) {
  const environment_row* e = p.environment();
  if (!e) return std::nullopt;
  for (const analysis::extension_turn& turn : p.invocation.extensions)
    if (turn.extension < e->extensions.size() && e->extensions[turn.extension].name == extension)
      return p.invocation.extension_time(turn);
  return std::nullopt;
}

std::vector<std::string> extensions_of(std::span<const subject> subjects) {
  std::vector<std::string> names;
  for (const subject& s : subjects)
    for (const environment_row& e : s.timeline.environments)
      for (const analysis::extension_row& x : e.extensions)
        if (std::find(names.begin(), names.end(), x.name) == names.end()) names.push_back(x.name);
  return names;
}

std::optional<span> ready_time(const std::string& mark, const place& p) {
  if (!p.first) return std::nullopt;
  for (const analysis::mark_row& m : p.first->marks)
    if (m.name == mark && m.ready >= span{}) return m.ready;
  return std::nullopt;
}

/// A function may emit one metric several times in an invocation.
std::string values_of(const std::string& metric, const std::vector<analysis::emitted_values>& all) {
  for (const analysis::emitted_values& one : all)
    if (one.key == metric) return fmt::format("{}", fmt::join(one.values, " "));
  return "";
}

/// What the function has told: marks with the start that they belong to, metrics as they came,
/// those from before the first invocation in columns of their own.
void add_emitted(std::span<const subject> subjects, std::vector<extra_column>& to) {
  std::vector<std::string> marks, of_init, of_invocations;
  const auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const subject& s : subjects) {
    for (const environment_row& e : s.timeline.environments) {
      for (const analysis::mark_row& m : e.marks) note(marks, m.name);
      for (const analysis::emitted_values& v : e.metrics) note(of_init, v.key);
    }
    for (const invocation_row& i : s.timeline.invocations)
      for (const analysis::emitted_values& v : i.metrics) note(of_invocations, v.key);
  }
  for (const std::string& m : marks)
    to.push_back(
        time_column("mark." + m + "_ms", [m](const place& p) { return ready_time(m, p); }));
  for (const std::string& key : of_init)
    to.push_back({"emf." + key + " of init", [key](const place& p) {
                    return p.first ? values_of(key, p.first->metrics) : "";
                  }});
  for (const std::string& key : of_invocations)
    to.push_back(
        {"emf." + key, [key](const place& p) { return values_of(key, p.invocation.metrics); }});
}

std::vector<extra_column> extra_columns(std::span<const subject> subjects) {
  bool any_restored = false;
  bool any_streamed = false;
  bool any_ping = false;
  bool any_status = false;
  for (const subject& s : subjects) {
    for (const environment_row& e : s.timeline.environments)
      any_restored = any_restored || e.is_restored();
    for (const invocation_row& i : s.timeline.invocations) {
      any_streamed = any_streamed || i.is_streamed;
      any_ping = any_ping || i.is_ping;
      any_status = any_status || i.http_status != 0;
    }
  }
  std::vector<extra_column> all;
  if (any_restored)
    all.push_back(time_column("restore_ms", [](const place& p) {
      return p.fresh ? p.fresh->restore_time() : std::nullopt;
    }));
  if (any_streamed)
    all.push_back(time_column("time_to_first_byte_ms",
                              [](const place& p) { return p.invocation.time_to_first_byte(); }));
  const std::vector<std::string> extensions = extensions_of(subjects);
  if (!extensions.empty())
    all.push_back(time_column("post_runtime_extensions_ms", [](const place& p) {
      return p.invocation.post_runtime_extensions();
    }));
  for (const std::string& name : extensions) {
    all.push_back(
        time_column("init_ms of " + name, [name](const place& p) { return init_of(name, p); }));
    all.push_back(
        time_column("invoke_ms of " + name, [name](const place& p) { return turn_of(name, p); }));
  }
  if (any_ping)
    all.push_back({"ping", [](const place& p) { return fmt::to_string(p.invocation.is_ping); }});
  if (any_status)
    all.push_back({"http_status", [](const place& p) {
                     const std::uint16_t status = p.invocation.http_status;
                     return status == 0 ? "" : std::to_string(status);
                   }});
  add_emitted(subjects, all);
  return all;
}

std::string row(const std::string& variant, const timeline& t, const invocation_row& i,
                const environment_row* fresh) {
  const bool is_delivered = i.delivered != never;
  const std::string due = i.due == never ? "" : exact_ms(i.due.time_since_epoch());
  return fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{},{},{},{}", variant,
      i.env ? std::to_string(i.env.value) : "", i.id ? std::to_string(i.id.value) : "", i.event,
      is_delivered ? name(i.start) : "", i.throttled ? "throttled" : name(i.how), due,
      field(i.latency()), field(i.handler()), field(fresh ? fresh->init_time() : std::nullopt),
      field(fresh ? t.cold(*fresh) : std::nullopt), i.cpu < span::zero() ? "" : exact_ms(i.cpu),
      i.response_bytes, i.discarded);
}

}  // namespace

std::string render_csv(std::span<const subject> subjects) {
  std::string all =
      "variant,environment,invocation,event,start,outcome,due_ms,latency_ms,handler_ms,init_ms,"
      "cold_ms,"
      "cpu_ms,response_bytes,discarded";
  const std::vector<extra_column> extra = extra_columns(subjects);
  for (const extra_column& c : extra) all += "," + field(c.name);
  all += '\n';
  for (const subject& s : subjects) {
    const std::string variant = field(variant_name(s));
    const auto owners = caused_by(s.timeline);
    std::set<const environment_row*> seen;
    for (std::size_t i = 0; i < s.timeline.invocations.size(); ++i) {
      place here{s.timeline, s.timeline.invocations[i], owners[i], nullptr};
      if (const environment_row* e = here.environment(); e && seen.insert(e).second) here.first = e;
      all += row(variant, here.of, here.invocation, here.fresh);
      for (const extra_column& c : extra) all += "," + c.of(here);
      all += '\n';
    }
  }
  return all;
}

}  // namespace lambdaprof::report
