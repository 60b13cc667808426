// SPDX-License-Identifier: Apache-2.0
// Takes down what an observer is shown while `check` plays its plan: first each event on fresh
// environments, in turn, then all of them shuffled on one that is used again and again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/check.hpp"
#include "sandbox/observer.hpp"

namespace lambdaprof::command {

struct check_plan {
  std::size_t events = 0;
  std::size_t fresh = 0;             ///< times that each is sent to a fresh environment
  std::vector<std::uint32_t> order;  ///< of the events, on the reused one
};

class witness {
 public:
  witness(const check_plan& plan, std::vector<std::string> ignored);
  witness(const witness&) = delete;
  witness& operator=(const witness&) = delete;

  sandbox::observer observer();
  /// What was seen; without conditions, events and what the journal knows.
  report::checked seen() const;
  /// The reused environment has got SIGTERM.
  bool has_asked() const { return has_asked_; }

 private:
  /// What is held, after each invocation of one process; a crash begins a new one.
  struct series {
    int runtime = -1;
    std::vector<double> memory, descriptors, threads, timers, tmp_bytes, tmp_entries;
  };

  void answered(environment_id env, invocation_id inv, std::string_view body);
  void look(const sandbox::whereabouts& w);
  void compare();
  bool is_reused(invocation_id inv) const { return inv.value >= fresh_; }

  const check_plan& plan_;
  std::size_t fresh_;  ///< invocations before the reused environment
  std::vector<analysis::answers> answers_;
  std::vector<report::changed_answer> changed_;
  std::size_t answered_ = 0;
  environment_id reused_;
  invocation_id last_;     ///< answered
  invocation_id pending_;  ///< its answer is compared when nothing runs
  std::string body_;
  bool is_first_ = false;  ///< nothing was answered since the init
  bool has_asked_ = false;
  std::vector<int> of_init_;  ///< processes that the init has started
  std::vector<series> series_;
  std::size_t looks_ = 0;
  std::size_t with_children_ = 0;
  std::map<std::string, std::size_t> children_;
};

}  // namespace lambdaprof::command
