// SPDX-License-Identifier: Apache-2.0
// One machine on a bench: told what happens, asked what it orders and what it wrote.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "environment/standard_machine.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;
using journal::outcome;

struct bench {
  environment::function f;
  journal::journal log;
  std::vector<any_order> orders;
  standard_machine m{environment_id{0}, f, 1};
  instant now{};

  effects e() { return {log, orders}; }
  void at(span s) { now = instant(s); }
  void say(const any_signal& s) {
    orders.clear();
    m.step(now, s, e());
  }
  void launched() {
    m.launch(now, invocation_id{0}, e());
    say(signal::started{now, 42});
  }
  void give(std::uint32_t inv) {
    orders.clear();
    m.assign(now, invocation_id{inv}, e());
  }
  void answer() {
    say(signal::responded{signal::id_check::current, signal::response_mode::buffered,
                          signal::body::complete, 2});
  }
  void ask() { say(signal::asked_next{journal::cpu_unknown}); }

  template <class Fact>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& entry : log.entries()) n += std::holds_alternative<Fact>(entry.what) ? 1U : 0U;
    return n;
  }
  template <class Fact>
  const Fact& last() const {
    for (auto it = log.entries().rbegin(); it != log.entries().rend(); ++it)
      if (const auto* found = std::get_if<Fact>(&it->what)) return *found;
    throw broken_law("no such fact");
  }
  template <class Order>
  bool ordered() const {
    for (const auto& o : orders)
      if (std::holds_alternative<Order>(o)) return true;
    return false;
  }
  reply answered() const {
    for (const auto& o : orders)
      if (const auto* a = std::get_if<order::answer>(&o)) return a->kind;
    throw broken_law("no answer");
  }
  std::string payload() const { return std::string(log.text(last<fact::failed>().payload)); }
};

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace lambdaprof::environment
