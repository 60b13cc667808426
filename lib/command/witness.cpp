// SPDX-License-Identifier: Apache-2.0
#include "command/witness.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "host/inventory.hpp"

namespace lambdaprof::command {
namespace {

// What is less than that per invocation costs an environment nothing in the hours that it lives.
constexpr double least_count = 0.05;
constexpr double least_memory = 16 * 1024;
constexpr double least_tmp = 1024;
// And in all: one step is no trend; and Go takes 4 MB before it first looks for garbage.
constexpr double least_steps = 2;
constexpr double least_heap = 4 * 1024 * 1024;
constexpr double least_in_tmp = 4 * 1024;

void add_known(std::vector<double>& to, std::int64_t value) {
  if (value >= 0) to.push_back(static_cast<double>(value));
}

report::growth growth_of(std::string of, report::quantity q, double least, double in_all,
                         const std::vector<double>& values) {
  report::growth g{std::move(of), q, least, in_all, values, {}};
  g.seen = analysis::trend_of(values);
  return g;
}

}  // namespace

witness::witness(const check_plan& plan, std::vector<std::string> ignored)
    : plan_(plan),
      fresh_(plan.events * plan.fresh),
      answers_(plan.events, analysis::answers(std::move(ignored))) {}

sandbox::observer witness::observer() {
  sandbox::observer o;
  o.answered = [this](environment_id env, invocation_id inv, std::string_view body) {
    answered(env, inv, body);
  };
  o.look = [this](const sandbox::whereabouts& w) { look(w); };
  o.is_asked_to_end = [this](environment_id env) {
    const bool is_over = env == reused_ && last_.value + 1 == fresh_ + plan_.order.size();
    has_asked_ |= is_over;
    return is_over;
  };
  return o;
}

void witness::answered(environment_id env, invocation_id inv, std::string_view body) {
  if (!is_reused(inv)) {
    answers_[inv.value % plan_.events].add_fresh(body);
    return;
  }
  compare();
  if (last_ != inv) ++answered_;
  reused_ = env;
  pending_ = last_ = inv;
  body_ = body;
}

void witness::compare() {
  if (!pending_) return;
  const std::size_t at = std::exchange(pending_, {}).value - fresh_;
  const std::uint32_t event = plan_.order[at];
  // Its first answer is that of a fresh environment.
  if (std::exchange(is_first_, false)) return answers_[event].add_fresh(body_);
  auto differs = answers_[event].compare(body_);
  if (!differs) return;
  const auto known = std::find_if(changed_.begin(), changed_.end(),
                                  [&](const auto& c) { return c.event == event; });
  if (known != changed_.end()) {
    ++known->times;
    return;
  }
  report::changed_answer& c = changed_.emplace_back();
  c.event = event;
  c.first = std::move(*differs);
  c.invocation = at + 1;
  if (at > 0) c.after = plan_.order[at - 1];
  c.times = 1;
}

void witness::look(const sandbox::whereabouts& w) {
  if (w.moment == sandbox::moment::initialized) {
    compare();  // what came before a crash
    of_init_ = w.processes;
    is_first_ = true;
    return;
  }
  if (w.env != reused_ || !pending_) return;
  compare();
  if (series_.empty() || series_.back().runtime != w.runtime)
    series_.emplace_back().runtime = w.runtime;
  series& s = series_.back();
  std::vector<int> holders{w.runtime};
  std::set<std::string> left;
  for (const int pid : w.processes) {
    if (pid == w.runtime) continue;
    if (std::find(of_init_.begin(), of_init_.end(), pid) != of_init_.end())
      holders.push_back(pid);
    else
      left.insert(host::name_of(pid));
  }
  const host::inventory held = host::inventory_of(holders, w.tmp);
  add_known(s.memory, held.memory_bytes);
  add_known(s.descriptors, held.descriptors);
  add_known(s.threads, held.threads);
  add_known(s.timers, held.timers);
  add_known(s.tmp_bytes, held.tmp_bytes);
  add_known(s.tmp_entries, held.tmp_entries);
  ++looks_;
  with_children_ += left.empty() ? 0 : 1;
  for (const std::string& name : left) ++children_[name];
}

report::checked witness::seen() const {
  report::checked c;
  c.fresh = plan_.fresh;
  c.rounds = plan_.order.size() / plan_.events;
  c.answered = answered_;
  c.changed = changed_;
  for (std::uint32_t i = 0; i < answers_.size(); ++i)
    if (!answers_[i].varying().empty()) c.varying.push_back({i, answers_[i].varying()});
  c.looks = looks_;
  c.with_children = with_children_;
  c.children = children_;
  const auto longest = std::max_element(
      series_.begin(), series_.end(),
      [](const series& a, const series& b) { return a.descriptors.size() < b.descriptors.size(); });
  const series s = longest == series_.end() ? series{} : *longest;
  using report::quantity;
  c.growths = {
      growth_of("memory", quantity::bytes, least_memory, least_heap, s.memory),
      growth_of("descriptors", quantity::count, least_count, least_steps, s.descriptors),
      growth_of("threads", quantity::count, least_count, least_steps, s.threads),
      growth_of("timers", quantity::count, least_count, least_steps, s.timers),
      growth_of("what is in /tmp", quantity::bytes, least_tmp, least_in_tmp, s.tmp_bytes),
      growth_of("entries of /tmp", quantity::count, least_count, least_steps, s.tmp_entries)};
  return c;
}

}  // namespace lambdaprof::command
