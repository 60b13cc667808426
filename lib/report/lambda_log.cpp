// SPDX-License-Identifier: Apache-2.0
#include "report/lambda_log.hpp"

#include <utility>
#include <variant>

#include "analysis/billing.hpp"
#include "analysis/timeline.hpp"
#include "journal/request_id.hpp"
#include "report/extension_lines.hpp"
#include "report/log_text.hpp"
#include "report/memory_wait.hpp"

namespace lambdaprof::report {

using analysis::invocation_row;
using journal::entry;
using journal::outcome;
namespace fact = journal::fact;

/// The lines of one environment. END and REPORT wait for the sample or the exit that tells the
/// memory, and START of the next invocation waits for them; in a world without samples any other
/// fact shows that none comes. Where several invocations are under way at a time nothing waits.
class lambda_log::stream {
 public:
  stream(const journal::journal& j, environment_id self, std::vector<lambda_log_line>& lines)
      : journal_(j),
        self_(self),
        lines_(lines),
        is_snap_start_(j.conditions().function.initialization == "snap-start"),
        is_concurrent_(j.conditions().function.max_concurrency > 0),
        extensions_(j) {}

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
    is_running_ = is_being_killed_ = has_begun_ = false;
    peak_bytes_ = -1;
    restore_began_.reset();
    extensions_.begin();
    if (is_repeated_) begin(e);
  }
  void on(const entry&, const fact::process_started& f) {
    begin_process(f.began);
    is_running_ = true;
  }
  void begin_process(instant began) {
    if (!std::exchange(has_begun_, true)) began_ = began;
  }

  void on(const entry& e, const fact::init_finished&) {
    init_ = e.at - began_;
    if (!is_snap_start_) return;
    restore_ = span{};  // of one without hooks
    report_init(e, {});
  }
  void on(const entry& e, const fact::init_failed& f) {
    for (std::string& line : extensions_.init_failed()) write(std::move(line));
    extensions_.expect_ends();
    init_error_ = f.detail;
    report_init(e, status_text(f.why, journal_.text(f.detail), journal_.text(f.type)));
  }
  void report_init(const entry& e, std::string_view status) {
    write(init_report_text(e.at - began_, is_repeated_ ? init_phase::invoke : init_phase::init,
                           status));
  }

  void on(const entry& e, const fact::restore_began&) { restore_began_ = e.at; }
  void on(const entry& e, const fact::restore_finished&) {
    if (!restore_began_) return;
    restore_ = e.at - *std::exchange(restore_began_, std::nullopt);
    write(restore_report_text(*restore_, {}));
  }
  void on(const entry& e, const fact::restore_failed& f) {
    if (!restore_began_) return;
    write(restore_report_text(e.at - *restore_began_,
                              status_text(f.why, journal_.text(f.detail), journal_.text(f.type))));
  }

  void on(const entry&, const fact::extension_started& f) {
    extensions_.add(f.extension, f.name);
    begin_process(f.began);
  }
  void on(const entry&, const fact::extension_registered& f) { extensions_.registered(f); }
  void on(const entry&, const fact::extension_launch_failed& f) {
    write_if_any(extensions_.launch_failed(f));
  }
  void on(const entry&, const fact::extension_ready& f) {
    write_if_any(extensions_.ready(f.extension));
  }
  void on(const entry&, const fact::extension_failed& f) { write_if_any(extensions_.failed(f)); }
  void on(const entry&, const fact::extension_exited& f) {
    write_if_any(extensions_.exited(f.extension));
  }
  void on(const entry&, const fact::subscribed& f) { write_if_any(extensions_.subscribed(f)); }
  void on(const entry&, const fact::extension_line& f) {
    lines_.push_back(
        {self_, f.from, std::string(journal_.text(f.text)), extensions_.name_of(f.extension)});
  }
  void on(const entry&, const fact::shutdown_began&) { extensions_.expect_ends(); }
  void on(const entry&, const fact::retired&) { extensions_.expect_ends(); }

  void on(const entry& e, const fact::delivered& f) {
    if (is_concurrent_) return begin_beside(e, f.kind);
    has_sample_ = is_ready_ = false;
    if (!serving_ || serving_->id != e.inv) begin(e);
    serving_->start = f.kind;
    serving_->delivered = e.at;
    if (!ended_) tell_start(*serving_);
  }
  void begin_beside(const entry& e, journal::start_kind kind) {
    invocation_row& row = beside_[e.inv.value];
    row = {};
    row.id = e.inv;
    row.start = kind;
    row.assigned = row.delivered = e.at;
    tell_start(row);
  }

  void on(const entry& e, const fact::failed& f) {
    // The restore was done for it, and it goes no further.
    if (!serving_ && restore_began_ && !is_concurrent_) {
      begin(e);
      serving_->assigned = *restore_began_;
    }
    invocation_row* row = under_way(e.inv);
    if (row == nullptr) return;
    row->error = journal_.text(f.payload);
    if (f.type) row->error_type = journal_.text(f.type);
  }
  void on(const entry&, const fact::runtime_ready&) { is_ready_ = true; }

  void on(const entry& e, const fact::settled& f) {
    if (is_concurrent_) return settle_beside(e, f.how);
    if (!serving_ || serving_->id != e.inv) return;
    invocation_row row = *std::exchange(serving_, std::nullopt);
    if (f.how == outcome::interrupted) return;
    if (row.delivered == never) tell_start(row);
    row.settled = e.at;
    row.how = f.how;
    ended_ = std::move(row);
    if (!is_running_ || has_sample_) tell_end();
  }
  void settle_beside(const entry& e, outcome how) {
    auto found = beside_.extract(e.inv.value);
    if (found.empty() || how == outcome::interrupted) return;
    found.mapped().settled = e.at;
    found.mapped().how = how;
    tell_end(found.mapped());
  }

  void on(const entry&, const fact::reset&) {
    is_being_killed_ = true;
    extensions_.expect_ends();
  }
  void on(const entry&, const fact::sampled& f) {
    // Extensions may still be at what the runtime is done with.
    has_sample_ = is_ready_;
    if (!ended_ && !has_sample_ && !is_concurrent_) return;
    peak_bytes_ = journal_.used(f.used).peak_bytes;
    if (ended_) tell_end();
  }
  void on(const entry&, const fact::exited& f) {
    extensions_.expect_ends();
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

  invocation_row* under_way(invocation_id id) {
    if (serving_ && serving_->id == id) return &*serving_;
    const auto beside = beside_.find(id.value);
    return beside == beside_.end() ? nullptr : &beside->second;
  }

  void write(std::string text) { lines_.push_back({self_, std::nullopt, std::move(text)}); }
  void write_if_any(std::optional<std::string> text) {
    if (text) write(std::move(*text));
  }

  std::string name_of(const invocation_row& row) const {
    return journal::request_id(journal_.conditions().seed, row.id);
  }

  void tell_start(const invocation_row& row) { write(start_text(name_of(row))); }

  void tell_end() {
    tell_end(*std::exchange(ended_, std::nullopt));
    if (serving_ && serving_->delivered != never) tell_start(*serving_);
  }

  void tell_end(const invocation_row& row) {
    const journal::function_facts& function = journal_.conditions().function;
    const std::string name = name_of(row);
    write(end_text(name));
    const auto charge = analysis::charge_for(row, init_, function, restore_);
    if (!charge) return;
    const std::string_view error = row.error.empty() ? journal_.text(init_error_) : row.error;
    write(report_text(name, *charge, function.memory_mb, peak_bytes_,
                      status_text(row.how, error, row.error_type)));
  }

  const journal::journal& journal_;
  environment_id self_;
  std::vector<lambda_log_line>& lines_;
  bool is_snap_start_;
  bool is_concurrent_;
  extension_lines extensions_;
  instant began_{};           // the first of the processes in place
  bool has_begun_ = false;    // it has been created
  bool is_repeated_ = false;  // its init, inside an invocation
  bool is_running_ = false;
  bool is_being_killed_ = false;
  std::int64_t peak_bytes_ = -1;          // as of the last look, see sandbox/sampler
  std::optional<span> init_;              // the last that was a success
  std::optional<instant> restore_began_;  // and has not gone well
  std::optional<span> restore_;           // likewise
  bool is_ready_ = false;                 // the runtime, for the next event
  bool has_sample_ = false;               // taken since then
  journal::text_id init_error_;
  std::optional<invocation_row> serving_;
  std::optional<invocation_row> ended_;                       // its END and REPORT are to come
  std::unordered_map<std::uint32_t, invocation_row> beside_;  // instead, of several at a time
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
