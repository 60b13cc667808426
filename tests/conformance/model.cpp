// SPDX-License-Identifier: Apache-2.0
#include "conformance/model.hpp"

#include <algorithm>
#include <utility>

#include "base/result.hpp"
#include "journal/request_id.hpp"
#include "wire/extensions_api.hpp"
#include "wire/runtime_api.hpp"

namespace lambdaprof::conformance {

namespace order = environment::order;

model::model(const environment::function& f, std::uint64_t seed)
    : function_(f), seed_(seed), machine_(environment::make_machine({0}, f, seed)) {
  machine_->launch(instant{}, {0}, {log_, orders_});
  carry_out(0);
}

std::vector<expected> model::park(const environment::any_signal& s, std::size_t calling) {
  parked_.push_back(calling);
  return tell(s, calling);
}

std::vector<expected> model::tell(const environment::any_signal& s, std::size_t calling) {
  orders_.clear();
  machine_->step(instant{}, s, {log_, orders_});
  // As a run does in which the next event waits already.
  while (machine_->is_available() && machine_->state() == environment::machine_state::ready)
    machine_->assign(instant{}, {next_++}, {log_, orders_});
  return carry_out(calling);
}

std::vector<expected> model::carry_out(std::size_t calling) {
  std::vector<expected> all;
  const auto serve_parked = [&](std::string bytes, expected::kind how) {
    if (parked_.empty()) return;
    all.push_back({parked_.back(), std::move(bytes), how});
    parked_.pop_back();
    abandoned_.insert(abandoned_.end(), parked_.begin(), parked_.end());
    parked_.clear();
  };
  for (const auto& o : orders_) {
    std::string bytes;
    std::visit(overloaded{
                   [&](const order::launch&) { is_launched_ = true; },
                   [&](const order::answer& a) {
                     std::erase(parked_, calling);
                     wire::render(bytes, a);
                     all.push_back({calling, bytes});
                   },
                   [&](const order::answer_extension& a) {
                     wire::render(bytes, a, function_);
                     all.push_back({calling, bytes});
                     if (!a.identifier.empty()) identifiers_.push_back(a.identifier);
                   },
                   [&](const order::hold_extension& h) {
                     held_.resize(std::max<std::size_t>(held_.size(), h.extension + 1U));
                     held_[h.extension] = calling;
                   },
                   [&](const order::deliver& d) {
                     request_id_ = journal::request_id(seed_, d.inv);
                     serve_parked(request_id_, expected::kind::event);
                   },
                   [&](const order::resume&) {
                     wire::render(bytes, wire::edge_reply::restored);
                     serve_parked(bytes, expected::kind::whole);
                   },
                   [&](const order::tell_invoke& t) {
                     all.push_back({held_[t.extension], journal::request_id(seed_, t.inv),
                                    expected::kind::invoke});
                   },
                   [](const auto&) {},
               },
               o);
  }
  return all;
}

bool model::takes_launch() {
  return std::exchange(is_launched_, false);
}

std::vector<std::size_t> model::take_abandoned() {
  return std::exchange(abandoned_, {});
}

}  // namespace lambdaprof::conformance
