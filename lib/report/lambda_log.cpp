// SPDX-License-Identifier: Apache-2.0
#include "report/lambda_log.hpp"

#include <utility>
#include <variant>

#include "analysis/billing.hpp"
#include "analysis/timeline.hpp"
#include "journal/request_id.hpp"
#include "report/log_text.hpp"

namespace lambdaprof::report {

using analysis::invocation_row;
using journal::entry;
using journal::outcome;
namespace fact = journal::fact;

namespace {

template <class... Facts>
bool is_one_of(const journal::what& w) {
  return (std::holds_alternative<Facts>(w) || ...);
}

/// Either tells the memory that an invocation took, or may lie between its end and what tells it.
bool may_precede_memory(const journal::what& w) {
  return is_one_of<fact::sampled, fact::exited, fact::reset, fact::retired, fact::delivered,
                   fact::frozen>(w);
}

}  // namespace

/// The lines of one environment. END and REPORT wait for the sample or the exit that tells the
/// memory, and START of the next invocation waits for them; in a world without samples any other
/// fact shows that none comes.
class lambda_log::stream {
 public:
  stream(const journal::journal& j, environment_id self, std::vector<lambda_log_line>& lines)
      : journal_(j), self_(self), lines_(lines) {}

  void take(const entry& e) {
    if (ended_ && !is_being_killed_ && !may_precede_memory(e.what)) tell_end();
    std::visit([&](const auto& f) { on(e, f); }, e.what);
  }

 private:
  template <class Fact>
  void on(const entry&, const Fact&) {}

  void on(const entry& e, const fact::launch_ordered& f) {
    began_ = e.at;  // of an init that never gets a process
    is_repeated_ = f.suppressed;
    is_running_ = is_being_killed_ = false;
    peak_bytes_ = -1;
    if (is_repeated_) begin(e);
  }
  void on(const entry&, const fact::process_started& f) {
    began_ = f.began;
    is_running_ = true;
  }
  void on(const entry& e, const fact::init_finished&) { init_ = e.at - began_; }
  void on(const entry& e, const fact::init_failed& f) {
    init_error_ = f.detail;
    write(init_report_text(e.at - began_, is_repeated_ ? init_phase::invoke : init_phase::init,
                           status_text(f.why, journal_.text(f.detail))));
  }

  void on(const entry& e, const fact::delivered& f) {
    if (!serving_ || serving_->id != e.inv) begin(e);
    serving_->start = f.kind;
    serving_->delivered = e.at;
    if (!ended_) tell_start(*serving_);
  }
  void on(const entry& e, const fact::settled& f) {
    if (!serving_ || serving_->id != e.inv) return;
    invocation_row row = *std::exchange(serving_, std::nullopt);
    if (f.how == outcome::interrupted) return;
    if (row.delivered == never) tell_start(row);
    row.settled = e.at;
    row.how = f.how;
    ended_ = std::move(row);
    if (!is_running_) tell_end();
  }

  void on(const entry&, const fact::reset&) { is_being_killed_ = true; }
  void on(const entry&, const fact::sampled& f) {
    if (!ended_) return;
    peak_bytes_ = journal_.used(f.used).peak_bytes;
    tell_end();
  }
  void on(const entry&, const fact::exited& f) {
    if (ended_ && serving_) tell_end();  // what it has used since then is the next one's
    is_running_ = false;
    peak_bytes_ = journal_.used(f.used).peak_bytes;
    if (ended_) tell_end();
  }

  void on(const entry&, const fact::log_line& f) {
    lines_.push_back({self_, f.from, std::string(journal_.text(f.text))});
  }

  void begin(const entry& e) {
    serving_.emplace();
    serving_->id = e.inv;
    serving_->start = journal::start_kind::suppressed;
    serving_->assigned = e.at;
  }

  void write(std::string text) { lines_.push_back({self_, std::nullopt, std::move(text)}); }

  std::string name_of(const invocation_row& row) const {
    return journal::request_id(journal_.conditions().seed, row.id);
  }

  void tell_start(const invocation_row& row) { write(start_text(name_of(row))); }

  void tell_end() {
    const invocation_row row = *std::exchange(ended_, std::nullopt);
    const std::int64_t peak = peak_bytes_;
    const journal::function_facts& function = journal_.conditions().function;
    const std::string name = name_of(row);
    write(end_text(name));
    if (const auto charge = analysis::charge_for(row, init_, function))
      write(report_text(name, *charge, function.memory_mb, peak,
                        status_text(row.how, journal_.text(init_error_))));
    if (serving_ && serving_->delivered != never) tell_start(*serving_);
  }

  const journal::journal& journal_;
  environment_id self_;
  std::vector<lambda_log_line>& lines_;
  instant began_{};           // the process in place
  bool is_repeated_ = false;  // its init, inside an invocation
  bool is_running_ = false;
  bool is_being_killed_ = false;
  std::int64_t peak_bytes_ = -1;  // as of the last look, see sandbox/sampler
  std::optional<span> init_;      // the last that was a success
  journal::text_id init_error_;
  std::optional<invocation_row> serving_;
  std::optional<invocation_row> ended_;  // its END and REPORT are to come
};

lambda_log::lambda_log(const journal::journal& j) : journal_(j) {}
lambda_log::~lambda_log() = default;

std::vector<lambda_log_line> lambda_log::read() {
  for (; read_ < journal_.entries().size(); ++read_) {
    const entry& e = journal_.entries()[read_];
    if (!e.env) continue;
    auto& one = streams_[e.env.value];
    if (!one) one = std::make_unique<stream>(journal_, e.env, lines_);
    one->take(e);
    if (std::holds_alternative<fact::gone>(e.what)) streams_.erase(e.env.value);
  }
  return std::exchange(lines_, {});
}

}  // namespace lambdaprof::report
