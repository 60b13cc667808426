// SPDX-License-Identifier: Apache-2.0
// Arms of trials that never ran: in each block one environment with its first invocation, whose
// cold start took exactly as long as told, and warm ones if they are wanted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/journal_builder.hpp"
#include "trial/arm.hpp"

namespace lambdaprof::support {

/// What one block measures. Everything else follows from it, so that no metric is without samples.
struct block_samples {
  double cold_ms = 100;  ///< three fifths of it are init, half of either is CPU time
  std::vector<double> warm_ms = {};
  double peak_mb = 64;
};

class trial_builder {
 public:
  explicit trial_builder(journal::role role = journal::role::variant, std::string name = "") {
    header_.variant.role = role;
    header_.variant.name = name.empty() ? std::string(role_name(role)) : std::move(name);
    header_.function.memory_mb = 128;
    header_.function.timeout = span::max();
  }

  trial_builder& block(const block_samples& s) {
    add_block(s, journal::outcome::success, false);
    return *this;
  }
  trial_builder& block(double cold_ms) { return block(block_samples{.cold_ms = cold_ms}); }
  trial_builder& blocks(const std::vector<double>& cold_ms) {
    for (const double each : cold_ms) block(each);
    return *this;
  }
  /// Its function failed, so that it has no sample of a cold start.
  trial_builder& failed_block() {
    add_block({}, journal::outcome::exited, false);
    return *this;
  }
  /// One that was measured and thrown away.
  trial_builder& warm_up_block(double cold_ms) {
    add_block(block_samples{.cold_ms = cold_ms}, journal::outcome::success, true);
    return *this;
  }
  /// One in which it had no turn at all.
  trial_builder& skip_block() {
    ++next_block_;
    return *this;
  }

  journal::header& conditions() { return header_; }
  analysis::timeline& rows() { return rows_; }
  /// Does not outlive the builder, and knows the blocks that it has by now.
  trial::arm arm(std::size_t trial = 0) const& { return {header_, rows_, trial}; }
  trial::arm arm(std::size_t trial = 0) const&& = delete;

 private:
  static std::string_view role_name(journal::role r) {
    return journal::role_names[static_cast<std::size_t>(r)];
  }

  // All at instant 0: no statistic looks at what lies between blocks.
  void add_block(const block_samples& s, journal::outcome how, bool is_warm_up) {
    const span cold = ms(s.cold_ms);
    const span init = cold / 5 * 3;
    const environment_id id = env(static_cast<std::uint32_t>(rows_.environments.size()));
    analysis::environment_row e;
    e.id = id;
    e.block = next_block_;
    e.discarded = is_warm_up;
    e.ordered = e.began = instant{};
    e.started = instant(init / 2);
    e.init_done = instant(init);
    e.attempts = 1;
    e.invocations = static_cast<std::uint32_t>(1 + s.warm_ms.size());
    e.first = rows_.invocations.size();
    e.init = journal::outcome::success;
    e.init_cpu = init / 2;
    e.used.peak_bytes = std::llround(s.peak_mb * 1024 * 1024);
    rows_.environments.push_back(std::move(e));

    analysis::invocation_row first = row(id, how, is_warm_up);
    first.assigned = first.delivered = instant(init);
    first.answered = first.settled = instant(cold);
    first.cpu = (cold - init) / 2;
    rows_.invocations.push_back(std::move(first));
    for (const double warm : s.warm_ms) {
      analysis::invocation_row next = row(id, journal::outcome::success, is_warm_up);
      next.start = journal::start_kind::warm;
      next.delivered = instant{};
      next.answered = next.settled = instant(ms(warm));
      next.cpu = ms(warm) / 2;
      rows_.invocations.push_back(std::move(next));
    }
    ++next_block_;
  }

  analysis::invocation_row row(environment_id id, journal::outcome how, bool is_warm_up) const {
    analysis::invocation_row r;
    r.id = inv(static_cast<std::uint32_t>(rows_.invocations.size()));
    r.env = id;
    r.block = next_block_;
    r.discarded = is_warm_up;
    r.how = how;
    r.due = r.arrived = r.assigned = instant{};
    return r;
  }

  journal::header header_;
  analysis::timeline rows_;
  std::int64_t next_block_ = 0;
};

}  // namespace lambdaprof::support
