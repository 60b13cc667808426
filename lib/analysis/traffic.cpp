// SPDX-License-Identifier: Apache-2.0
#include "analysis/traffic.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "analysis/billing.hpp"

namespace lambdaprof::analysis {

namespace fact = journal::fact;
using journal::entry;
using journal::start_kind;

namespace {

constexpr double batches = 30;
/// Below that a batch says nothing about rare cold starts.
constexpr std::uint64_t smallest_batch = 50;

}  // namespace

std::size_t time_classes::class_of(std::uint64_t ns) {
  if (ns < (1U << fine)) return ns;
  const auto width = static_cast<unsigned>(std::bit_width(ns));
  const unsigned shift = width - fine - 1;
  return ((std::size_t{shift} + 1) << fine) + ((ns >> shift) - (1U << fine));
}

double time_classes::middle_of(std::size_t index) {
  if (index < (1U << fine)) return static_cast<double>(index);
  const auto shift = static_cast<int>((index >> fine) - 1);
  const auto within = static_cast<double>((index & ((1U << fine) - 1)) + (1U << fine));
  return std::ldexp(within + 0.5, shift);
}

void time_classes::add(span s) {
  ++classes_[class_of(static_cast<std::uint64_t>(std::max<std::int64_t>(0, s.count())))];
  ++count_;
}

std::optional<span> time_classes::quantile(double q) const {
  if (count_ == 0) return std::nullopt;
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  std::size_t index = 0;
  for (; index + 1 < classes_.size(); ++index) {
    seen += classes_[index];
    if (seen >= std::max<std::uint64_t>(rank, 1)) break;
  }
  return span(std::llround(middle_of(index)));
}

traffic_fold::traffic_fold(const journal::function_facts& f, double expected)
    : function_(f),
      batch_size_(std::max(smallest_batch, static_cast<std::uint64_t>(expected / batches))) {}

void traffic_fold::take(const journal::journal& j) {
  for (const entry& e : j.entries()) {
    pass(e.at);
    std::visit([&](const auto& f) { on(e, f); }, e.what);
  }
}

traffic traffic_fold::result() const {
  traffic t = sums_;
  if (began_ != never) t.length = last_ - began_;
  const auto n = static_cast<double>(batch_shares_.size());
  if (n < 10 || t.cold == 0) return t;
  double mean = 0;
  for (const double x : batch_shares_) mean += x / n;
  double squares = 0;
  for (const double x : batch_shares_) squares += (x - mean) * (x - mean);
  t.share_error = std::sqrt(squares / (n - 1) / n);
  return t;
}

/// Time goes on with the environments that there are.
void traffic_fold::pass(instant now) {
  if (began_ != never && !is_over_) {
    const double passed = seconds(now - last_);
    sums_.idle_seconds += passed * static_cast<double>(idle_);
    sums_.live_seconds += passed * static_cast<double>(idle_ + busy_);
    last_ = now;
  }
}

traffic_fold::environment& traffic_fold::of(environment_id env) {
  if (env.value >= environments_.size()) environments_.resize(env.value + 1);
  return environments_[env.value];
}

void traffic_fold::stand(environment& e, standing to) {
  const auto count = [&](standing s) -> std::uint64_t* {
    return s == standing::idle ? &idle_ : s == standing::busy ? &busy_ : nullptr;
  };
  if (auto* before = count(e.is)) --*before;
  if (auto* after = count(to)) ++*after;
  e.is = to;
}

traffic_fold::open_invocation* traffic_fold::find(invocation_id inv) {
  const std::size_t place = inv.value - first_open_;
  return inv && inv.value >= first_open_ && place < open_.size() ? &open_[place] : nullptr;
}

void traffic_fold::on(const entry& e, const fact::arrived& f) {
  const bool is_ping = f.origin == journal::origin::warmer;
  if (!f.discarded && began_ == never && !is_ping) began_ = last_ = f.due;
  open_.push_back(
      {.due = f.due, .is_counted = !f.discarded && began_ != never, .is_ping = is_ping});
  static_cast<void>(e);
}

void traffic_fold::on(const entry& e, const fact::throttled&) {
  open_invocation* i = find(e.inv);
  if (i == nullptr) return;
  if (i->is_counted && !i->is_ping) {
    ++sums_.requests;
    ++sums_.throttled;
    if (++batch_requests_ == batch_size_) end_batch();
  }
  i->is_over = true;
}

void traffic_fold::on(const entry& e, const fact::delivered& f) {
  stand(of(e.env), standing::busy);
  open_invocation* i = find(e.inv);
  if (i == nullptr) return;
  i->start = f.kind;
  i->delivered = e.at;
}

void traffic_fold::on(const entry& e, const fact::responded&) {
  if (open_invocation* i = find(e.inv)) i->answered = std::min(i->answered, e.at);
}

void traffic_fold::on(const entry& e, const fact::failed&) {
  if (open_invocation* i = find(e.inv)) i->answered = std::min(i->answered, e.at);
}

void traffic_fold::on(const entry& e, const fact::settled& f) {
  if (e.env && of(e.env).is == standing::busy) stand(of(e.env), standing::idle);
  if (open_invocation* i = find(e.inv)) close(*i, e.env, f.how, e.at);
  while (!open_.empty() && open_.front().is_over) {
    open_.pop_front();
    ++first_open_;
  }
}

void traffic_fold::close(open_invocation& i, environment_id env, journal::outcome how, instant at) {
  i.is_over = true;
  if (!i.is_counted || how == journal::outcome::interrupted) return;
  const bool is_cold = i.start == start_kind::cold && i.delivered != never;
  if (i.is_ping) {
    ++sums_.pings;
    sums_.cold_pings += is_cold ? 1 : 0;
  } else {
    ++sums_.requests;
    sums_.cold += is_cold ? 1 : 0;
    sums_.failed += how == journal::outcome::success ? 0 : 1;
    if (how == journal::outcome::success) sums_.latency.add(i.answered - i.due);
    batch_cold_ += is_cold ? 1 : 0;
    if (++batch_requests_ == batch_size_) end_batch();
  }
  charge(i, env, how, at);
}

void traffic_fold::charge(const open_invocation& i, environment_id env, journal::outcome how,
                          instant at) {
  if (!env) return;
  const environment& home = of(env);
  row_.assigned = std::min(i.assigned, i.delivered);
  row_.delivered = i.delivered;
  row_.settled = at;
  row_.start = i.start;
  row_.how = how;
  const auto c = charge_for(row_, home.init, function_);
  if (!c) return;
  billed_time& to = home.is_provisioned ? sums_.provisioned
                    : i.is_ping         ? sums_.warming
                                        : sums_.on_demand;
  ++to.invocations;
  to.ms += c->billed_ms;
}

void traffic_fold::end_batch() {
  batch_shares_.push_back(static_cast<double>(batch_cold_) / static_cast<double>(batch_requests_));
  batch_cold_ = batch_requests_ = 0;
}

void traffic_fold::on(const entry& e, const fact::launch_ordered& f) {
  environment& env = of(e.env);
  env.is_provisioned = f.provisioned;
  if (f.suppressed)
    if (open_invocation* i = find(e.inv)) i->assigned = e.at;
}

void traffic_fold::on(const entry& e, const fact::process_started& f) {
  of(e.env).began = f.began;
}

void traffic_fold::on(const entry& e, const fact::init_finished&) {
  environment& env = of(e.env);
  env.init = e.at - env.began;
  stand(env, standing::idle);
}

void traffic_fold::on(const entry& e, const fact::reset&) {
  stand(of(e.env), standing::away);
}

void traffic_fold::on(const entry& e, const fact::retired& f) {
  // The plan has ended.
  is_over_ = is_over_ || f.why == journal::retirement::run_over;
  stand(of(e.env), standing::away);
}

}  // namespace lambdaprof::analysis
