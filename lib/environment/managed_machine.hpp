// SPDX-License-Identifier: Apache-2.0
// The environment of Lambda Managed Instances: several invocations at a time, matched by their ids;
// never frozen, never reset (lambda-protocol §1.13).
#pragma once

#include <vector>

#include "environment/machine.hpp"

namespace lambdaprof::environment {

class managed_machine final : public machine {
 public:
  using machine::machine;

  bool is_serving() const override { return !tasks_.empty(); }
  void assign(instant now, invocation_id inv, effects e) override;
  void freeze(instant, effects) override {}

 private:
  struct task {
    invocation_id inv;
    instant deadline;
    bool has_begun = false;  // to answer
  };

  void parked() override { ++parked_; }
  void unparked(instant now) override;
  void serve(instant now, effects e) override;
  void fail_all(instant now, journal::outcome why, std::string_view payload, effects e,
                std::string_view type) override;
  void interrupt_all(instant now, effects e) override;
  void expire_invocation(instant now, effects e) override;
  void refuse_or_serve_next(instant now, span cpu, effects e) override;
  bool is_reset_after_failure() const override { return false; }
  std::string request_id() const override;

  void on(instant now, const signal::response_began& s, effects e) override;
  void on(instant now, const signal::responded& s, effects e) override;
  void on(instant now, const signal::reported_error& s, effects e) override;

  task* find(invocation_id inv);
  /// Refuses a post for what is not under way; says whether it did.
  bool refuse_post(instant now, runtime_call call, signal::id_check id, invocation_id inv,
                   effects e);
  void fail(instant now, invocation_id inv, journal::outcome why, std::string_view payload,
            effects e, std::string_view type = {}) const;
  void end(instant now, invocation_id inv);
  void note_capacity(instant now);

  std::vector<task> tasks_;
  std::vector<invocation_id> timed_out_;  // whose late answer is refused in its own way, once
  std::uint32_t parked_ = 0;              // calls that wait for an event
  bool used_ = false;
};

}  // namespace lambdaprof::environment
