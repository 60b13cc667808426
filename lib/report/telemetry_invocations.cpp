// SPDX-License-Identifier: Apache-2.0
// The part of telemetry_life that tells of invocations.
#include <algorithm>
#include <utility>

#include "analysis/billing.hpp"
#include "journal/request_id.hpp"
#include "report/number.hpp"
#include "report/telemetry_life.hpp"

namespace lambdaprof::report {

using journal::entry;
using journal::outcome;
namespace fact = journal::fact;

namespace {

/// How long its response was awaited and took, as far as there was one.
std::vector<told::part> response_parts(const analysis::invocation_row& row) {
  if (row.delivered == never || row.first_byte == never) return {};
  std::vector<told::part> parts{{"responseLatency", row.delivered, row.first_byte - row.delivered}};
  if (row.answered != never)
    parts.push_back({"responseDuration", row.first_byte, row.answered - row.first_byte});
  return parts;
}

/// The extensions have come back, so that what they took has an end.
bool have_come_back(outcome how) {
  switch (how) {
    case outcome::success:
    case outcome::function_error:
    case outcome::too_large:
    case outcome::truncated:
    case outcome::bad_response_mode:
      return true;
    default:
      return false;
  }
}

}  // namespace

telemetry_life::call* telemetry_life::call_of(const entry& e) {
  const auto place = calls_.find(e.inv.value);
  return place == calls_.end() ? nullptr : &place->second;
}

telemetry_life::call& telemetry_life::begin(const entry& e) {
  call& c = calls_[e.inv.value];
  c.row.id = e.inv;
  c.row.start = journal::start_kind::suppressed;
  c.row.assigned = e.at;
  return c;
}

void telemetry_life::on(const entry& e, const fact::delivered& f) {
  call* known = call_of(e);
  call& c = known != nullptr ? *known : begin(e);
  c.row.start = f.kind;
  c.row.delivered = e.at;
  if (!ended_) tell_start(c, e.at);
}

void telemetry_life::on(const entry& e, const fact::response_began&) {
  if (call* c = call_of(e)) c->row.first_byte = std::min(c->row.first_byte, e.at);
}

void telemetry_life::on(const entry& e, const fact::responded& f) {
  call* c = call_of(e);
  if (c == nullptr) return;
  c->has_response = true;
  c->row.response_bytes = f.bytes;
  c->row.first_byte = std::min(c->row.first_byte, e.at);
  c->row.answered = std::min(c->row.answered, e.at);
}

void telemetry_life::on(const entry& e, const fact::failed& f) {
  call* c = call_of(e);
  if (c == nullptr) return;
  c->row.how = f.why;
  c->row.answered = std::min(c->row.answered, e.at);
  c->payload = f.payload;
  c->type = f.type || f.why != outcome::extension_error ? f.type : extension_error_;
}

void telemetry_life::on(const entry& e, const fact::runtime_ready&) {
  is_sampled_ = false;
  call* c = call_of(e);
  if (c == nullptr) return;
  c->ready = e.at;
  if (c->has_response && c->row.how == outcome::interrupted) c->row.how = outcome::success;
  tell_runtime_done(*c, e.at);
}

void telemetry_life::on(const entry& e, const fact::settled& f) {
  const auto place = calls_.find(e.inv.value);
  if (place == calls_.end()) return;
  call c = std::move(place->second);
  calls_.erase(place);
  if (f.how == outcome::interrupted) return;
  c.row.settled = e.at;
  c.row.how = f.how;
  c.skipped = skipped_;
  if (!c.is_start_told) tell_start(c, e.at);
  tell_fault(c, e.at);
  tell_runtime_done(c, e.at);
  if (is_concurrent()) return tell_concurrent_report(c);
  ended_ = std::move(c);
  if (!is_running_) tell_end();
}

told::ending telemetry_life::ending_of(const call& c) const {
  return report::ending_of(ended_phase::invocation, c.row.how, journal_.text(c.type));
}

void telemetry_life::tell_start(call& c, instant at) {
  c.is_start_told = true;
  tell(at, told::start{c.row.id});
}

/// When the runtime asks for the next event, or it is clear that it never will. Not where several
/// run at a time, nor of an event that it was never given.
void telemetry_life::tell_runtime_done(call& c, instant at) {
  if (is_concurrent() || c.row.delivered == never || std::exchange(c.is_runtime_done_told, true))
    return;
  told::runtime_done done{c.row.id, ending_of(c), at - c.row.delivered, std::nullopt,
                          response_parts(c.row)};
  // Nothing, as it was recorded of a timeout; of a response that broke off nobody has counted.
  if (c.has_response || c.row.first_byte == never) done.bytes = c.row.response_bytes;
  if (!done.parts.empty() && c.ready != never && c.row.answered != never)
    done.parts.push_back({"runtimeOverhead", c.row.answered, c.ready - c.row.answered});
  tell(at, std::move(done));
}

/// Of the Logs API: what is no end as the function, or its invoker, would have it.
void telemetry_life::tell_fault(const call& c, instant at) {
  const told::ending how = ending_of(c);
  if (how.status != "error" && how.status != "timeout") return;
  tell(at,
       told::fault{fault_text(journal::request_id(journal_.conditions().seed, c.row.id), c.row.how,
                              function().timeout, journal_.text(c.payload), how.error_type)});
}

void telemetry_life::tell_end() {
  const call c = *std::exchange(ended_, std::nullopt);
  const span now_skipped = std::exchange(skipped_, c.skipped);
  tell(c.row.settled, told::end{c.row.id});
  tell_report(c);
  skipped_ = now_skipped;
  for (auto& [id, next] : calls_)
    if (next.row.delivered != never && !next.is_start_told) tell_start(next, next.row.delivered);
}

void telemetry_life::tell_report(const call& c) {
  // The init of a snapshot is in no report; what restoring it takes is billed instead.
  const bool is_snapshot = function().initialization == "snap-start";
  const auto charge = analysis::charge_for(c.row, is_snapshot ? std::nullopt : init_, function());
  if (!charge) return;
  told::costs paid{charge->billed_ms, function().memory_mb, 0, charge->init, std::nullopt};
  if (restore_ && c.row.start == journal::start_kind::cold) {
    paid.restore = restore_;
    paid.billed_ms += std::chrono::ceil<std::chrono::milliseconds>(*restore_).count();
  }
  // The schemas want a number, and readers drop the whole batch without one. 0 is that of a process
  // that never was, and stands where nobody has looked.
  paid.peak_mb = (std::max<std::int64_t>(peak_bytes_, 0) + bytes_per_mb - 1) / bytes_per_mb;
  told::report all{c.row.id, ending_of(c), charge->duration, paid, {}};
  if (!extensions_.empty() && c.ready != never && have_come_back(c.row.how))
    all.parts.push_back({"extensionOverhead", c.ready, c.row.settled - c.ready});
  tell(c.row.settled, std::move(all));
}

/// Its duration ends with the response: when a worker comes back is its own affair.
void telemetry_life::tell_concurrent_report(const call& c) {
  const instant end = c.row.answered != never ? c.row.answered : c.row.settled;
  const span took = c.row.delivered == never ? span{} : end - c.row.delivered;
  tell(c.row.settled, told::end{c.row.id});
  tell(c.row.settled,
       told::report{c.row.id, ending_of(c), took, std::nullopt, response_parts(c.row)});
}

}  // namespace lambdaprof::report
