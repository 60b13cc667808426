// SPDX-License-Identifier: Apache-2.0
// One environment of either kind with all its processes: told what happens, asked what it orders,
// and ended so that the laws of the journal can be read over all of it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "environment/machine.hpp"
#include "environment/machine_bench.hpp"
#include "journal/audit.hpp"

namespace lambdaprof::environment {

struct troupe {
  environment::function f;
  journal::journal log;
  std::vector<any_order> orders;  // of the last step
  std::unique_ptr<machine> m;
  instant now{};
  std::uint32_t arrived = 0;  // invocations
  process_state runtime = process_state::none;
  std::vector<process_state> files;  // the processes of external extensions

  effects e() { return {log, orders}; }
  void at(span s) { now = instant(s); }

  explicit troupe(const std::vector<std::string>& names = {}) {
    for (const std::string& name : names) f.extensions.push_back({name, "/opt/" + name});
  }

  void launch() {
    log.conditions().function.max_concurrency = f.max_concurrency;
    for (const extension_file& x : f.extensions)
      log.conditions().function.extensions.push_back(x.name);
    m = make_machine(environment_id{0}, f, 1);
    arrive(1);
    act([&] { m->launch(now, invocation_id{0}, e()); });
  }
  void say(const any_signal& s) {
    std::visit([&](const auto& one) { see(one); }, s);
    act([&] { m->step(now, s, e()); });
  }
  void give(std::uint32_t inv) {
    arrive(inv + 1);
    act([&] { m->assign(now, invocation_id{inv}, e()); });
  }
  void retire() {
    act([&] { m->retire(now, journal::retirement::run_over, e()); });
  }
  void expire() {
    REQUIRE(m->deadline() != never);
    now = std::max(now, m->deadline());
    act([&] { m->expire(now, e()); });
  }

  void start(std::uint32_t n) { say(signal::extension_started{n, now, 100}); }
  void start_runtime() { say(signal::started{now, 42}); }
  extension_reply enroll(std::string_view name, bool invoke = true, bool shutdown = true) {
    say(signal::registers{name, signal::registration_body::sound, invoke, shutdown});
    return told();
  }
  /// The identifier of the one that has just registered.
  std::string identifier() const { return last<order::answer_extension>().identifier; }
  /// It registers, and must be let.
  std::string enrolled(std::string_view name, bool invoke = true, bool shutdown = true) {
    REQUIRE(enroll(name, invoke, shutdown) == extension_reply::registered);
    return identifier();
  }
  void ask() { say(signal::asked_next{journal::cpu_unknown}); }
  void ask(const std::string& identifier) { say(signal::extension_asked_next{identifier}); }
  void answer(std::uint32_t inv = 0) {
    signal::responded s{signal::id_check::current, signal::response_mode::buffered,
                        signal::body::complete, 2};
    s.inv = invocation_id{inv};
    say(s);
  }
  void leave(std::uint32_t n, std::int32_t status = 0) {
    say(signal::extension_exited{n, status, 0});
  }
  void leave_runtime(std::int32_t status = 0) { say(signal::exited{status, 0, false, {}}); }

  template <class Order>
  const Order& last() const {
    for (auto it = orders.rbegin(); it != orders.rend(); ++it)
      if (const auto* found = std::get_if<Order>(&*it)) return *found;
    throw broken_law("no such order");
  }
  template <class Order>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(orders.begin(), orders.end(), [](const auto& o) {
      return std::holds_alternative<Order>(o);
    }));
  }
  template <class Fact>
  std::vector<Fact> facts() const {
    std::vector<Fact> found;
    for (const auto& one : log.entries())
      if (const auto* x = std::get_if<Fact>(&one.what)) found.push_back(*x);
    return found;
  }
  extension_reply told() const { return last<order::answer_extension>().kind; }
  reply answered() const { return last<order::answer>().kind; }
  machine_state state() const { return m->state(); }
  std::string payload() const {
    return std::string(log.text(facts<fact::failed>().back().payload));
  }
  outcome how() const { return facts<fact::settled>().back().how; }

  /// All processes end, as a world ends those that it has killed.
  void kill_all() {
    for (std::uint32_t i = 0; i < files.size(); ++i) kill(i);
    if (runtime == process_state::ordered) say(signal::launch_failed{"cancelled"});
    if (runtime == process_state::running) say(signal::exited{0, 9, false, {}});
  }
  void kill(std::uint32_t n) {
    if (files[n] == process_state::ordered) say(signal::extension_launch_failed{n, "cancelled"});
    if (files[n] == process_state::running) say(signal::extension_exited{n, 0, 9});
  }
  /// What came and was never delivered ends as in a run that is stopped, and the laws have to hold.
  void end() {
    if (m->state() != machine_state::gone) retire();
    kill_all();
    CHECK(m->state() == machine_state::gone);
    std::vector<bool> over(arrived, false);
    for (const auto& one : log.entries())
      if (std::holds_alternative<fact::settled>(one.what)) over[one.inv.value] = true;
    for (std::uint32_t i = 0; i < arrived; ++i)
      if (!over[i]) log.append(now, {}, invocation_id{i}, fact::settled{outcome::interrupted});
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
  }

 private:
  void arrive(std::uint32_t count) {
    for (; arrived < count; ++arrived)
      log.append(now, {}, invocation_id{arrived}, fact::arrived{now, 0, false});
  }
  template <class Action>
  void act(Action action) {
    orders.clear();
    action();
    for (const any_order& o : orders) {
      if (std::holds_alternative<order::launch>(o)) runtime = process_state::ordered;
      if (const auto* x = std::get_if<order::launch_extension>(&o)) {
        files.resize(f.extensions.size());
        files[x->extension] = process_state::ordered;
      }
    }
  }
  void see(const signal::started&) { runtime = process_state::running; }
  void see(const signal::launch_failed&) { runtime = process_state::none; }
  void see(const signal::exited&) { runtime = process_state::none; }
  void see(const signal::extension_started& s) { files[s.extension] = process_state::running; }
  void see(const signal::extension_launch_failed& s) { files[s.extension] = process_state::none; }
  void see(const signal::extension_exited& s) { files[s.extension] = process_state::none; }
  template <class Other>
  void see(const Other&) {}
};

/// One with an external extension that wants everything, after its init.
struct with_extension : troupe {
  std::string id;

  explicit with_extension(bool invoke = true, bool shutdown = true) : troupe({"a"}) {
    launch();
    start(0);
    id = enrolled("a", invoke, shutdown);
    start_runtime();
    ask();
    ask(id);
  }
};

/// One with an internal extension, after its init.
struct with_internal : troupe {
  std::string id;

  with_internal() {
    launch();
    start_runtime();
    id = enrolled("inner", true, false);
    ask(id);
    ask();
  }
};

}  // namespace lambdaprof::environment
