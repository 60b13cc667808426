// SPDX-License-Identifier: Apache-2.0
// The environment of on-demand Lambda: one invocation at a time, frozen in between, reset when
// something goes wrong.
#pragma once

#include "environment/machine.hpp"

namespace lambdaprof::environment {

class standard_machine final : public machine {
 public:
  using machine::machine;

  bool is_serving() const override { return !invocation_.is_none(); }
  bool is_repeating_init() const override { return !invocation_.is_none(); }
  void assign(instant now, invocation_id inv, effects e) override;
  void freeze(instant now, effects e) override;

 private:
  void serve(instant now, effects e) override;
  void fail_all(instant now, journal::outcome why, std::string_view payload, effects e,
                std::string_view type) override;
  void interrupt_all(instant now, effects e) override;
  void expire_invocation(instant now, effects e) override;
  void settle_if_over(instant now, effects e) override;
  void refuse_or_serve_next(instant now, span cpu, effects e) override;
  bool is_reset_after_failure() const override { return true; }
  std::string request_id() const override;
  invocation_id invocation() const override { return invocation_; }

  void on(instant now, const signal::response_began& s, effects e) override;
  void on(instant now, const signal::responded& s, effects e) override;
  void on(instant now, const signal::reported_error& s, effects e) override;

  void deliver(instant now, journal::start_kind kind, effects e);
  void fail(instant now, journal::outcome why, std::string_view payload, effects e,
            span cpu = journal::cpu_unknown, std::string_view type = {});
  void settle(instant now, journal::outcome how, effects e);
  /// What ends an invocation that was answered counts only if the answer was not a failure already.
  void settle_after(instant now, journal::outcome late, effects e);

  invocation_id invocation_;
  instant invocation_deadline_ = never;
  bool answered_ = false;  // the invoker has its answer
  bool used_ = false;      // this process has served an event
  journal::outcome answer_ = journal::outcome::success;
};

}  // namespace lambdaprof::environment
