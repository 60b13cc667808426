// SPDX-License-Identifier: Apache-2.0
#include "journal/audit.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

#include "journal/audit_books.hpp"
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

class auditor {
 public:
  explicit auditor(const journal& j) : journal_(j) {}

  std::vector<breach> audit() {
    for (const entry& e : journal_.entries()) {
      check(e.at >= now_, "time never decreases, and jumps over what was skipped");
      now_ = std::max(now_, e.at);
      if (is_of_known(e)) {
        const bool moved = e.env && books_of(e).is_moving();
        std::visit([&](const auto& f) { on(e, f); }, e.what);
        if (e.env && books_of(e).is_moving() != moved) moving_ += moved ? -1 : 1;
      }
      ++index_;
    }
    check(under_way_ == 0, "every invocation ends");
    const auto is_gone = [](const environment_book& e) { return e.gone; };
    check(interrupted_ || std::all_of(environments_.begin(), environments_.end(), is_gone),
          "every environment is gone in the end");
    return std::move(breaches_);
  }

 private:
  void check(bool holds, const char* law) {
    if (!holds) breaches_.push_back({index_, law});
  }

  environment_book& books_of(const entry& e) { return environments_[e.env.value]; }

  /// Opens the books of whoever begins here; says whether all that the entry is about is known.
  bool is_of_known(const entry& e) {
    if (std::holds_alternative<fact::arrived>(e.what)) {
      const bool next = e.inv.value == invocations_.size();
      check(next, "an invocation arrives once, and ids are given out in order");
      if (!next) return false;
      invocations_.emplace_back();
      ++under_way_;
    }
    if (std::holds_alternative<fact::launch_ordered>(e.what) && e.env.value == environments_.size())
      environments_.emplace_back();
    const bool known_inv = !e.inv || e.inv.value < invocations_.size();
    const bool known_env = !e.env || e.env.value < environments_.size();
    check(known_inv, "an invocation begins with its arrival");
    check(known_env, "an environment begins with its first launch, and ids are given out in order");
    if (known_env && e.env) check(!books_of(e).gone, "nothing happens where nothing is left");
    return known_inv && known_env;
  }

  template <class Then>
  void of_invocation(const entry& e, Then then) {
    check(!e.inv.is_none(), "a fact of an invocation names it");
    if (e.inv) then(invocations_[e.inv.value]);
  }
  template <class Then>
  void of_environment(const entry& e, Then then) {
    check(!e.env.is_none(), "a fact of an environment names it");
    if (e.env) then(books_of(e));
  }

  template <class Then>
  void of_extension(const entry& e, std::uint32_t number, Then then) {
    of_environment(e, [&](environment_book& env) {
      extension_book* x = env.extension(number);
      check(x != nullptr, "an extension begins with its process or its registration");
      if (x != nullptr) then(*x);
    });
  }
  extension_book* next_extension(environment_book& env, std::uint32_t number) {
    const bool next = number == env.extensions.size();
    check(next, "extensions are counted from 0");
    return next ? &env.extensions.emplace_back() : nullptr;
  }
  void end_restore(const entry& e) {
    of_environment(e, [&](environment_book& env) {
      check(env.restoring, "a restore ends once, after it has begun");
      env.restoring = false;
    });
  }
  static bool has_come_back(const environment_book& env) {
    return std::none_of(env.extensions.begin(), env.extensions.end(),
                        [](const extension_book& x) { return x.busy && x.wants_invoke; });
  }
  std::uint32_t concurrency() const {
    return static_cast<std::uint32_t>(
        std::max<std::int64_t>(1, journal_.conditions().function.max_concurrency));
  }

  void end(invocation_book& i) {
    check(!i.over, "an invocation ends once");
    if (!i.over) --under_way_;
    i.over = true;
  }

  void on(const entry& e, const fact::arrived& f) {
    check(f.due <= e.at, "an event is not taken up before it is due");
    check(!interrupted_, "no event is taken up after the run was interrupted");
  }
  void on(const entry& e, const fact::throttled&) {
    of_invocation(e, [&](invocation_book& i) {
      check(!i.delivered, "what was throttled never runs");
      end(i);
    });
  }
  void on(const entry& e, const fact::delivered& f) {
    of_invocation(e, [&](invocation_book& i) {
      check(!i.delivered, "an invocation is delivered once");
      check(!i.over, "what is over is not delivered");
      i.delivered = true;
      i.env = e.env;
    });
    of_environment(e, [&](environment_book& env) {
      check(env.init_over, "an event is delivered after the init");
      check(!env.init_over || env.is_ready(), "an event is delivered to a living process only");
      check(env.serving < concurrency(),
            "an environment serves no more invocations at a time than it may");
      check(!env.frozen, "an environment is thawed before it is given an event");
      switch (f.kind) {
        case start_kind::cold:
          check(!env.served && !env.suppressed, "a cold start is the first of its environment");
          break;
        case start_kind::warm:
          check(env.attempt_served, "a warm start is not the first of its process");
          break;
        case start_kind::suppressed:
          check(env.suppressed && !env.attempt_served,
                "a suppressed start is the first after a repeated init");
          break;
      }
      env.served = env.attempt_served = true;
      ++env.serving;
      for (extension_book& x : env.extensions) x.busy = x.busy || x.wants_invoke;
    });
  }
  void on(const entry& e, const fact::response_began&) {
    of_invocation(e, [&](invocation_book& i) {
      check(is_running(i) && !i.is_answered() && !i.began,
            "a response begins once, while its invocation runs");
      i.began = true;
    });
  }
  void on(const entry& e, const fact::responded&) {
    of_invocation(e, [&](invocation_book& i) {
      check(is_running(i), "a response comes while its invocation runs");
      check(!i.is_answered(), "an invocation is answered once");
      i.responded = true;
    });
  }
  void on(const entry& e, const fact::failed& f) {
    of_invocation(e, [&](invocation_book& i) {
      const bool without_init = e.env && books_of(e).init_failed;
      check(is_running(i) || (!i.over && without_init),
            "an invocation fails while it runs, or with its init");
      check(!i.is_answered(), "an invocation is answered once");
      check(f.why != outcome::success, "a success is no failure");
      i.failed = true;
      i.why = f.why;
    });
  }
  void on(const entry& e, const fact::runtime_ready& f) {
    of_invocation(e, [&](invocation_book& i) {
      check(is_running(i) && i.is_answered(), "a runtime is ready after it has answered");
    });
    check_usage(f.cpu.count());
  }
  void on(const entry& e, const fact::settled& f) {
    of_invocation(e, [&](invocation_book& i) {
      check(f.how != outcome::success || (i.responded && !i.failed),
            "a success has a response and no failure");
      check(!i.failed || f.how == i.why || f.how == outcome::interrupted,
            "an invocation ends as it failed");
      check(i.failed || f.how != outcome::function_error,
            "an error of the function has its payload");
      check(!i.delivered || i.env == e.env, "an invocation ends where it was delivered");
      if (i.delivered && !i.over && e.env && books_of(e).serving > 0) --books_of(e).serving;
      end(i);
      check(f.how != outcome::success || !e.env || has_come_back(books_of(e)),
            "an invocation goes well when its extensions have come back as well");
    });
  }

  void on(const entry& e, const fact::launch_ordered& f) {
    of_environment(e, [&](environment_book& env) {
      check(f.attempt == env.attempts, "attempts are counted from 0");
      check(!env.open, "a process is launched after the one before it has ended");
      check(!env.retired, "a retired environment is not launched again");
      ++env.attempts;
      env.suppressed = f.suppressed;
      env.open = true;
      env.ordered = e.at;
      env.started = env.init_over = env.init_failed = env.reset = env.attempt_served = false;
      check(!env.any_extension(&extension_book::lives),
            "a process is launched after the ones before it have ended");
      env.frozen = env.runtime_initialized = env.restoring = env.shutting_down = false;
      env.used = {};
      env.extensions.clear();
    });
  }
  void on(const entry& e, const fact::process_started& f) {
    of_environment(e, [&](environment_book& env) {
      check(env.open && !env.started, "a process starts once, after its launch was ordered");
      check(f.began <= e.at, "a process begins before it has started");
      check(f.began >= env.ordered, "a process begins after its launch was ordered");
      check(f.cached_bytes <= std::max<std::int64_t>(f.mapped_bytes, -1),
            "no more of a file is in memory than there is of it");
      env.started = true;
    });
  }
  void on(const entry& e, const fact::launch_failed&) {
    of_environment(e, [&](environment_book& env) {
      check((env.open || env.init_failed) && !env.started,
            "a launch fails once, before the process has started");
      env.open = false;
    });
  }
  void on(const entry& e, const fact::init_finished& f) {
    of_environment(e, [&](environment_book& env) {
      check(env.open && env.started && !env.init_over && !env.init_failed && !env.reset,
            "an init is finished once, by a living process");
      check(!env.any_extension(&extension_book::busy),
            "an init is over when every extension has asked for an event");
      env.init_over = true;
    });
    check_usage(f.cpu.count());
  }
  void on(const entry& e, const fact::init_failed& f) {
    of_environment(e, [&](environment_book& env) {
      check(!env.init_over && !env.init_failed, "an init fails once, and not when it is over");
      check(f.why != outcome::success, "a success is no failure");
      env.init_failed = true;
      // The runtime is not launched any more if an extension fails before.
      if (!env.started && (!env.extensions.empty() || f.why == outcome::extension_launch))
        env.open = false;
    });
  }
  void on(const entry& e, const fact::runtime_initialized&) {
    of_environment(e, [&](environment_book& env) {
      check(env.started && !env.runtime_initialized && !env.init_over,
            "a runtime is initialized once, before its environment");
      env.runtime_initialized = true;
    });
  }
  void on(const entry& e, const fact::restore_began&) {
    of_environment(e, [&](environment_book& env) {
      check(env.is_ready() && !env.attempt_served && !env.restoring,
            "a process is restored after its init, before it is given an event");
      env.restoring = true;
    });
  }
  void on(const entry& e, const fact::restore_finished& f) {
    end_restore(e);
    check_usage(f.cpu.count());
  }
  void on(const entry& e, const fact::restore_failed& f) {
    end_restore(e);
    check(f.why != outcome::success, "a success is no failure");
  }
  void on(const entry& e, const fact::shutdown_began&) {
    of_environment(e, [&](environment_book& env) {
      check(env.any_extension(&extension_book::registered) ||
                env.any_extension(&extension_book::lives),
            "only where there are extensions processes are ended in order");
      check(!env.shutting_down, "processes are ended in order once");
      env.shutting_down = true;
    });
  }
  void on(const entry& e, const fact::reset&) {
    of_environment(e, [&](environment_book& env) {
      check((env.open || env.any_extension(&extension_book::lives)) && !env.retired,
            "a living process is reset, and none that is retired");
      env.reset = true;
    });
  }
  void on(const entry& e, const fact::sampled& f) {
    const usage u = journal_.used(f.used);
    check_usage(u);
    of_environment(e, [&](environment_book& env) {
      check(env.open && env.started, "a process is sampled while there is one");
      check(!grows_smaller(env.used, u), "what was used does not become less");
      env.used = u;
    });
  }
  void on(const entry& e, const fact::thaw_cost& f) {
    of_environment(e, [&](const environment_book&) {
      check(f.took >= span{}, "nothing takes less than no time");
    });
  }
  void on(const entry& e, const fact::frozen&) {
    of_environment(e, [&](environment_book& env) {
      check(env.is_ready() && env.serving == 0 && !env.frozen,
            "an environment is frozen once, while it waits for an event");
      env.frozen = true;
    });
  }
  void on(const entry& e, const fact::thawed&) {
    of_environment(e, [&](environment_book& env) {
      check(env.frozen, "only what is frozen is thawed");
      env.frozen = false;
    });
  }
  void on(const entry& e, const fact::retired&) {
    of_environment(e, [&](environment_book& env) {
      check(!env.retired, "an environment is retired once");
      check(env.serving == 0, "an environment is not retired while it serves");
      env.retired = true;
    });
  }
  void on(const entry& e, const fact::exited& f) {
    of_environment(e, [&](environment_book& env) {
      check(env.open && env.started, "a process exits once, after it has started");
      env.open = false;
    });
    check_usage(journal_.used(f.used));
  }
  void on(const entry& e, const fact::gone&) {
    of_environment(e, [&](environment_book& env) {
      check(env.retired && !env.open && !env.any_extension(&extension_book::lives),
            "an environment is gone when it is retired and has exited");
      gone_ += env.gone ? 0 : 1;
      env.gone = true;
    });
  }
  void on(const entry& e, const fact::skipped& f) {
    check(f.ahead > span{}, "time is skipped forward");
    check(under_way_ == 0 && moving_ == 0, "time is skipped only while nothing runs");
    now_ = std::max(now_, e.at + f.ahead);
  }
  void on(const entry&, const fact::interrupted&) {
    check(!interrupted_, "a run is interrupted once");
    interrupted_ = true;
  }

  void on(const entry&, const fact::block_began& f) {
    check(!block_ || f.block > *block_, "blocks are counted upwards");
    check(under_way_ == 0 && gone_ == environments_.size(), "a block begins with nothing there");
    block_ = f.block;
  }

  void on(const entry& e, const fact::extension_started& f) {
    of_environment(e, [&](environment_book& env) {
      check(env.open && !env.started, "external extensions are started before the runtime");
      check(f.began <= e.at && f.began >= env.ordered,
            "a process begins after its launch was ordered");
      if (extension_book* x = next_extension(env, f.extension)) x->lives = x->busy = true;
    });
  }
  void on(const entry& e, const fact::extension_launch_failed& f) {
    of_environment(e, [&](environment_book& env) { next_extension(env, f.extension); });
  }
  void on(const entry& e, const fact::extension_registered& f) {
    of_environment(e, [&](environment_book& env) {
      check(!env.runtime_initialized && !env.init_over,
            "an extension registers before the runtime asks for an event");
      extension_book* x =
          f.external ? env.extension(f.extension) : next_extension(env, f.extension);
      check(x != nullptr && !x->registered, "an extension registers once");
      if (x == nullptr) return;
      x->registered = x->busy = true;
      x->wants_invoke = f.invoke;
    });
  }
  void on(const entry& e, const fact::extension_ready& f) {
    of_extension(e, f.extension, [&](extension_book& x) {
      check(x.registered && x.busy, "an extension comes back from what it is busy with");
      x.busy = false;
    });
  }
  void on(const entry& e, const fact::extension_failed& f) {
    of_extension(e, f.extension, [&](extension_book& x) {
      check(x.registered, "an extension is registered before it can fail");
    });
  }
  void on(const entry& e, const fact::extension_exited& f) {
    of_extension(e, f.extension, [&](extension_book& x) {
      check(x.lives, "an extension exits once, after it has started");
      x.lives = false;
    });
  }
  void on(const entry& e, const fact::extension_line& f) {
    of_extension(e, f.extension, [](extension_book&) {});
  }
  void on(const entry& e, const fact::subscribed& f) {
    of_extension(e, f.extension, [&](extension_book& x) {
      check(x.registered && !books_of(e).init_over, "an extension subscribes while in its init");
      x.subscribed = true;
    });
  }
  void on(const entry& e, const fact::telemetry_dropped& f) {
    of_extension(e, f.extension, [&](extension_book& x) {
      check(x.subscribed, "telemetry is sent to those who have subscribed");
    });
  }

  // What a function prints or calls, and what it leaves behind, can come at any time.
  void on(const entry&, const fact::left_groups&) {}
  void on(const entry&, const fact::strays&) {}
  void on(const entry&, const fact::log_line&) {}
  void on(const entry&, const fact::log_dropped&) {}
  void on(const entry&, const fact::refused&) {}
  void on(const entry&, const fact::note&) {}

  static bool is_running(const invocation_book& i) { return i.delivered && !i.over; }
  void check_usage(std::int64_t amount) { check(amount >= -1, "usage is not negative"); }
  void check_usage(const usage& u) {
    for_each_amount(u, [&](std::int64_t amount) { check_usage(amount); });
  }
  /// Whether something that only grows was known to be more before.
  static bool grows_smaller(const usage& before, const usage& after) {
    const auto is_less = [](auto was, auto is) { return is != decltype(is){-1} && is < was; };
    return is_less(before.cpu, after.cpu) || is_less(before.throttled, after.throttled) ||
           is_less(before.waited, after.waited) || is_less(before.slices, after.slices) ||
           is_less(before.peak_bytes, after.peak_bytes) ||
           is_less(before.minor_faults, after.minor_faults) ||
           is_less(before.major_faults, after.major_faults) ||
           is_less(before.read_bytes, after.read_bytes);
  }

  const journal& journal_;
  std::vector<breach> breaches_;
  std::vector<invocation_book> invocations_;
  std::vector<environment_book> environments_;
  std::size_t index_ = 0;
  instant now_{};
  std::int64_t under_way_ = 0;  // invocations that are not over
  std::size_t gone_ = 0;        // environments
  std::int64_t moving_ = 0;     // environments with a process that does not wait for an event
  bool interrupted_ = false;
  std::optional<std::uint32_t> block_;
};

}  // namespace

std::vector<breach> audit(const journal& j) {
  return auditor(j).audit();
}

}  // namespace lambdaprof::journal
