// SPDX-License-Identifier: Apache-2.0
#include "report/csv.hpp"

#include <fmt/format.h>

#include <optional>

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

std::string row(const std::string& variant, const timeline& t, const invocation_row& i,
                const environment_row* fresh) {
  const bool is_delivered = i.delivered != never;
  const std::string due = i.due == never ? "" : exact_ms(i.due.time_since_epoch());
  return fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", variant,
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
      "cpu_ms,response_bytes,discarded\n";
  for (const subject& s : subjects) {
    const std::string variant = field(variant_name(s));
    const auto owners = caused_by(s.timeline);
    for (std::size_t i = 0; i < s.timeline.invocations.size(); ++i)
      all += row(variant, s.timeline, s.timeline.invocations[i], owners[i]);
  }
  return all;
}

}  // namespace lambdaprof::report
