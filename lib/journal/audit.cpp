// SPDX-License-Identifier: Apache-2.0
#include "journal/audit.hpp"

#include <algorithm>
#include <variant>

#include "journal/auditor.hpp"

namespace lambdaprof::journal {
namespace {

bool is_running(const invocation_book& i) {
  return i.delivered && !i.over;
}

bool has_come_back(const environment_book& env) {
  return std::none_of(env.extensions.begin(), env.extensions.end(),
                      [](const extension_book& x) { return x.busy && x.wants_invoke; });
}

}  // namespace

std::vector<breach> auditor::audit() {
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

bool auditor::is_of_known(const entry& e) {
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

std::uint32_t auditor::concurrency() const {
  constexpr std::int64_t most = 1'000'000;
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(journal_.conditions().function.max_concurrency, 1, most));
}

/// Where there are external extensions the runtime is launched after them, or not at all.
bool auditor::may_lack_runtime(const environment_book& env) const {
  return !env.extensions.empty() || !journal_.conditions().function.extensions.empty();
}

void auditor::end(invocation_book& i) {
  check(!i.over, "an invocation ends once");
  if (!i.over) --under_way_;
  i.over = true;
}

void auditor::on(const entry& e, const fact::arrived& f) {
  check(f.due <= e.at, "an event is not taken up before it is due");
  check(!interrupted_, "no event is taken up after the run was interrupted");
}

void auditor::on(const entry& e, const fact::throttled&) {
  of_invocation(e, [&](invocation_book& i) {
    check(!i.delivered, "what was throttled never runs");
    end(i);
  });
}

void auditor::on(const entry& e, const fact::delivered& f) {
  of_invocation(e, [&](invocation_book& i) {
    check(!i.delivered, "an invocation is delivered once");
    check(!i.over, "what is over is not delivered");
    i.delivered = true;
    i.env = e.env;
  });
  of_environment(e, [&](environment_book& env) {
    check(env.init_over, "an event is delivered after the init");
    check(!env.restoring && !env.restore_failed,
          "an event is delivered after the restore, if that went well");
    check(!env.init_over || env.restoring || env.is_ready(),
          "an event is delivered to a living process only");
    check(env.serving < concurrency(),
          "an environment serves no more invocations at a time than it may");
    check(!env.frozen, "an environment is thawed before it is given an event");
    switch (f.kind) {
      case start_kind::cold:
        check(!env.served && !env.suppressed && !env.provisioned,
              "a cold start is the first of its environment");
        break;
      case start_kind::provisioned:
        check(!env.served && !env.suppressed && env.provisioned,
              "a provisioned start is the first of an environment that was there before");
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

void auditor::on(const entry& e, const fact::response_began&) {
  of_invocation(e, [&](invocation_book& i) {
    check(is_running(i) && !i.is_answered() && !i.began,
          "a response begins once, while its invocation runs");
    i.began = true;
  });
}

void auditor::on(const entry& e, const fact::responded& f) {
  check(f.http_status == 0 ? !f.answer : f.http_status >= 500 && f.http_status < 600,
        "an answer says HTTP 5xx, or nothing is kept of it");
  of_invocation(e, [&](invocation_book& i) {
    check(is_running(i), "a response comes while its invocation runs");
    check(!i.is_answered(), "an invocation is answered once");
    i.responded = true;
  });
}

void auditor::on(const entry& e, const fact::failed& f) {
  of_invocation(e, [&](invocation_book& i) {
    // Of a managed instance: no environment came for it.
    const bool without_init = e.env ? books_of(e).init_failed || books_of(e).restore_failed
                                    : journal_.conditions().function.max_concurrency > 0;
    check(is_running(i) || (!i.over && without_init),
          "an invocation fails while it runs, or with its init");
    check(!i.is_answered(), "an invocation is answered once");
    check(is_failure(f.why), "a success is no failure");
    i.failed = true;
    i.why = f.why;
  });
}

void auditor::on(const entry& e, const fact::runtime_ready& f) {
  of_invocation(e, [&](invocation_book& i) {
    check(is_running(i) && i.is_answered(), "a runtime is ready after it has answered");
  });
  check_usage(f.cpu.count());
}

void auditor::on(const entry& e, const fact::settled& f) {
  of_invocation(e, [&](invocation_book& i) {
    check(f.how != outcome::error_answer, "what an answer says is no end of an invocation");
    check(f.how != outcome::success || (i.responded && !i.failed),
          "a success has a response and no failure");
    check(!i.failed || f.how == i.why || f.how == outcome::interrupted,
          "an invocation ends as it failed");
    check(i.failed || f.how != outcome::function_error, "an error of the function has its payload");
    check(!i.delivered || i.env == e.env, "an invocation ends where it was delivered");
    if (i.delivered && !i.over && e.env && books_of(e).serving > 0) --books_of(e).serving;
    end(i);
    check(f.how != outcome::success || !e.env || has_come_back(books_of(e)),
          "an invocation goes well when its extensions have come back as well");
  });
}

void auditor::on(const entry& e, const fact::skipped& f) {
  check(f.ahead > span{}, "time is skipped forward");
  check(under_way_ == 0 && moving_ == 0, "time is skipped only while nothing runs");
  now_ = std::max(now_, e.at + f.ahead);
}

void auditor::on(const entry&, const fact::interrupted&) {
  check(!interrupted_, "a run is interrupted once");
  interrupted_ = true;
}

void auditor::on(const entry&, const fact::block_began& f) {
  check(!block_ || f.block > *block_, "blocks are counted upwards");
  check(under_way_ == 0 && gone_ == environments_.size(), "a block begins with nothing there");
  block_ = f.block;
}

std::vector<breach> audit(const journal& j) {
  return auditor(j).audit();
}

}  // namespace lambdaprof::journal
