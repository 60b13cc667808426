// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <tuple>

#include "journal/auditor.hpp"
#include "journal/shape.hpp"

namespace lambdaprof::journal {
namespace {

std::int64_t amount_of(span s) {
  return s.count();
}
std::int64_t amount_of(std::int64_t n) {
  return n;
}

template <class Then>
void for_each_amount(const usage& u, Then then) {
  std::apply([&](const auto&... m) { (then(amount_of(u.*m.place)), ...); }, members_of<usage>);
}

/// Whether something that only grows was known to be more before.
bool grows_smaller(const usage& before, const usage& after) {
  const auto is_less = [](auto was, auto is) { return is != decltype(is){-1} && is < was; };
  return is_less(before.cpu, after.cpu) || is_less(before.throttled, after.throttled) ||
         is_less(before.waited, after.waited) || is_less(before.slices, after.slices) ||
         is_less(before.peak_bytes, after.peak_bytes) ||
         is_less(before.minor_faults, after.minor_faults) ||
         is_less(before.major_faults, after.major_faults) ||
         is_less(before.read_bytes, after.read_bytes);
}

}  // namespace

void auditor::check_usage(const usage& u) {
  for_each_amount(u, [&](std::int64_t amount) { check_usage(amount); });
}

void auditor::on(const entry& e, const fact::launch_ordered& f) {
  of_environment(e, [&](environment_book& env) {
    check(f.attempt == env.attempts, "attempts are counted from 0");
    check(!env.open, "a process is launched after the one before it has ended");
    check(!env.retired, "a retired environment is not launched again");
    check(f.attempt == 0 || f.provisioned == env.provisioned,
          "an environment is provisioned from the beginning, or not at all");
    check(!f.provisioned || f.suppressed || !e.inv, "what is provisioned waits for no event");
    env.provisioned = f.provisioned;
    ++env.attempts;
    env.suppressed = f.suppressed;
    env.open = true;
    env.ordered = e.at;
    env.started = env.init_over = env.init_failed = env.reset = env.attempt_served = false;
    check(!env.any_extension(&extension_book::lives),
          "a process is launched after the ones before it have ended");
    env.frozen = env.runtime_initialized = env.shutting_down = false;
    env.restoring = env.restore_failed = false;
    env.used = {};
    env.extensions.clear();
  });
}

void auditor::on(const entry& e, const fact::process_started& f) {
  of_environment(e, [&](environment_book& env) {
    check(env.open && !env.started, "a process starts once, after its launch was ordered");
    check(f.began <= e.at, "a process begins before it has started");
    check(f.began >= env.ordered, "a process begins after its launch was ordered");
    check(f.cached_bytes <= std::max<std::int64_t>(f.mapped_bytes, -1),
          "no more of a file is in memory than there is of it");
    env.started = true;
  });
}

void auditor::on(const entry& e, const fact::launch_failed&) {
  of_environment(e, [&](environment_book& env) {
    check((env.open || env.init_failed) && !env.started,
          "a launch fails once, before the process has started");
    env.open = false;
  });
}

void auditor::on(const entry& e, const fact::runtime_initialized&) {
  of_environment(e, [&](environment_book& env) {
    check(env.started && !env.runtime_initialized && !env.init_over,
          "a runtime is initialized once, before its environment");
    env.runtime_initialized = true;
  });
}

void auditor::on(const entry& e, const fact::init_finished& f) {
  of_environment(e, [&](environment_book& env) {
    check(env.open && env.started && !env.init_over && !env.init_failed && !env.reset,
          "an init is finished once, by a living process");
    check(!env.any_extension(&extension_book::busy),
          "an init is over when every extension has asked for an event");
    env.init_over = true;
  });
  check_usage(f.cpu.count());
}

void auditor::on(const entry& e, const fact::init_failed& f) {
  of_environment(e, [&](environment_book& env) {
    check(!env.init_over && !env.init_failed, "an init fails once, and not when it is over");
    check(is_failure(f.why), "a success is no failure");
    env.init_failed = true;
    if (!env.started && (may_lack_runtime(env) || f.why == outcome::extension_launch))
      env.open = false;
  });
}

void auditor::on(const entry& e, const fact::restore_began&) {
  of_environment(e, [&](environment_book& env) {
    check(env.is_ready() && !env.attempt_served && !env.restoring,
          "a process is restored after its init, before it is given an event");
    env.restoring = true;
  });
}

void auditor::on(const entry& e, const fact::restore_finished& f) {
  end_restore(e);
  check_usage(f.cpu.count());
}

void auditor::on(const entry& e, const fact::restore_failed& f) {
  end_restore(e);
  of_environment(e, [](environment_book& env) { env.restore_failed = true; });
  check(is_failure(f.why), "a success is no failure");
}

void auditor::on(const entry& e, const fact::shutdown_began&) {
  of_environment(e, [&](environment_book& env) {
    check(
        env.any_extension(&extension_book::registered) || env.any_extension(&extension_book::lives),
        "only where there are extensions processes are ended in order");
    check(!env.shutting_down, "processes are ended in order once");
    env.shutting_down = true;
  });
}

void auditor::on(const entry& e, const fact::reset&) {
  of_environment(e, [&](environment_book& env) {
    // Whoever was ordered with one that failed may still be starting.
    check(
        (env.open || env.init_failed || env.any_extension(&extension_book::lives)) && !env.retired,
        "a living process is reset, and none that is retired");
    env.reset = true;
  });
}

void auditor::on(const entry& e, const fact::sampled& f) {
  const usage u = journal_.used(f.used);
  check_usage(u);
  of_environment(e, [&](environment_book& env) {
    check(env.open && env.started, "a process is sampled while there is one");
    check(!grows_smaller(env.used, u), "what was used does not become less");
    env.used = u;
  });
}

void auditor::on(const entry& e, const fact::thaw_cost& f) {
  of_environment(e, [&](const environment_book&) {
    check(f.took >= span{}, "nothing takes less than no time");
  });
}

void auditor::on(const entry& e, const fact::frozen&) {
  of_environment(e, [&](environment_book& env) {
    check(env.is_ready() && env.serving == 0 && !env.frozen,
          "an environment is frozen once, while it waits for an event");
    env.frozen = true;
  });
}

void auditor::on(const entry& e, const fact::thawed&) {
  of_environment(e, [&](environment_book& env) {
    check(env.frozen, "only what is frozen is thawed");
    env.frozen = false;
  });
}

void auditor::on(const entry& e, const fact::retired&) {
  of_environment(e, [&](environment_book& env) {
    check(!env.retired, "an environment is retired once");
    check(env.serving == 0, "an environment is not retired while it serves");
    env.retired = true;
  });
}

void auditor::on(const entry& e, const fact::exited& f) {
  of_environment(e, [&](environment_book& env) {
    check(env.open && env.started, "a process exits once, after it has started");
    env.open = false;
  });
  check_usage(journal_.used(f.used));
}

void auditor::on(const entry& e, const fact::gone&) {
  of_environment(e, [&](environment_book& env) {
    const bool is_open = env.open && (env.started || !may_lack_runtime(env));
    check(env.retired && !is_open && !env.any_extension(&extension_book::lives),
          "an environment is gone when it is retired and has exited");
    gone_ += env.gone ? 0 : 1;
    env.gone = true;
  });
}

void auditor::end_restore(const entry& e) {
  of_environment(e, [&](environment_book& env) {
    check(env.restoring, "a restore ends once, after it has begun");
    env.restoring = false;
  });
}

}  // namespace lambdaprof::journal
