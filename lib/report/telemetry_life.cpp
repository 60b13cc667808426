// SPDX-License-Identifier: Apache-2.0
#include "report/telemetry_life.hpp"

#include <utility>
#include <variant>

#include "report/memory_wait.hpp"

namespace lambdaprof::report {

using journal::entry;
using journal::outcome;
namespace fact = journal::fact;

namespace {

/// Printed or called by whoever runs, at any time.
bool comes_at_any_time(const journal::what& w) {
  return is_one_of<fact::log_line, fact::extension_line, fact::log_dropped, fact::telemetry_dropped,
                   fact::refused, fact::left_groups>(w);
}

}  // namespace

void telemetry_life::take(const entry& e, span skipped) {
  if (ended_ && !is_being_killed_ && !may_precede_memory(e.what) &&
      !(comes_at_any_time(e.what) && calls_.empty()))
    tell_end();
  skipped_ = skipped;
  std::visit([&](const auto& f) { on(e, f); }, e.what);
}

void telemetry_life::tell(instant at, telemetry_record what) {
  told_.push_back({telemetry_class::platform, at, skipped_, std::move(what)});
}

// Of the init.

std::string_view telemetry_life::phase() const {
  if (is_repeated_) return "invoke";
  return function().initialization == "snap-start" ? "snap-start" : "init";
}

void telemetry_life::on(const entry& e, const fact::launch_ordered& f) {
  ordered_ = e.at;
  began_ = restore_began_ = never;
  is_repeated_ = f.suppressed;
  is_provisioned_ = f.provisioned;
  has_started_ = is_init_over_ = is_runtime_done_told_ = false;
  is_running_ = is_being_killed_ = is_sampled_ = false;
  init_.reset();
  restore_.reset();
  extensions_.clear();
  extension_error_ = {};
  peak_bytes_ = -1;
  if (is_repeated_) begin(e);
}

/// Told when the first process has begun: before that nobody can have subscribed.
void telemetry_life::begin_init(instant began) {
  if (began_ != never) return;
  began_ = began;
  tell(began_, told::init_start{phase(), is_provisioned_});
}

void telemetry_life::on(const entry&, const fact::process_started& f) {
  begin_init(f.began);
  has_started_ = is_running_ = true;
}

void telemetry_life::on(const entry& e, const fact::runtime_initialized&) {
  is_runtime_done_told_ = true;
  tell(e.at, told::init_runtime_done{phase(), is_provisioned_, {}});
}

void telemetry_life::on(const entry& e, const fact::init_finished&) {
  end_init(e.at, {}, true);
  init_ = e.at - began_;
}

/// Of a runtime that was not launched any more, because an extension failed before it, nothing is
/// told, as in AWS's emulator.
void telemetry_life::on(const entry& e, const fact::init_failed& f) {
  const journal::text_id type =
      f.type || f.why != outcome::extension_error ? f.type : extension_error_;
  end_init(e.at, report::ending_of(ended_phase::init, f.why, journal_.text(type)),
           has_started_ || f.why == outcome::launch_error);
}

void telemetry_life::end_init(instant at, const told::ending& how, bool is_runtime_known) {
  begin_init(ordered_);
  if (is_runtime_known && !is_runtime_done_told_)
    tell(at, told::init_runtime_done{phase(), is_provisioned_, how});
  is_runtime_done_told_ = is_init_over_ = true;
  tell(at, told::init_report{phase(), is_provisioned_, how, at - began_});
}

void telemetry_life::on(const entry& e, const fact::restore_began&) {
  restore_began_ = e.at;
  tell(e.at, told::restore_start{});
}

/// There is no snapshot to be loaded, so all of it is hooks, and all of it is billed.
void telemetry_life::on(const entry& e, const fact::restore_finished&) {
  end_restore(e.at, {});
}

void telemetry_life::on(const entry& e, const fact::restore_failed& f) {
  end_restore(e.at, report::ending_of(ended_phase::restore, f.why, journal_.text(f.type)));
}

void telemetry_life::end_restore(instant at, const told::ending& how) {
  const span took = restore_began_ == never ? span{} : at - restore_began_;
  restore_ = took;
  tell(at, told::restore_runtime_done{how});
  tell(at, told::restore_report{how, took});
}

// Of extensions.

telemetry_life::extension* telemetry_life::extension_of(std::uint32_t number) {
  return number < extensions_.size() ? &extensions_[number] : nullptr;
}

/// They are counted, so that no file can name one out of turn.
telemetry_life::extension* telemetry_life::name_extension(std::uint32_t number,
                                                          journal::text_id name) {
  if (number == extensions_.size()) extensions_.push_back({name});
  return extension_of(number);
}

void telemetry_life::tell_extension(instant at, const extension& x, std::string_view state,
                                    std::string_view error_type) {
  tell(at, told::extension{x.name, state, x.invoke, x.shutdown, std::string(error_type)});
}

void telemetry_life::on(const entry&, const fact::extension_started& f) {
  begin_init(f.began);
  name_extension(f.extension, f.name);
}

void telemetry_life::on(const entry& e, const fact::extension_launch_failed& f) {
  begin_init(ordered_);
  if (const extension* x = name_extension(f.extension, f.name))
    tell_extension(e.at, *x, "LaunchError", "Extension.LaunchError");
}

/// Unconfirmed: the guide of the Logs API has this event when an extension registers, and
/// lambda-protocol §4.2 has it before those of subscriptions, which is the same. AWS's emulators,
/// and payloads that were recorded, have one for each extension when the init is over, with the
/// state that it is in then. Here it is told at once, and once more if the init fails because of
/// it; "Ready" is the only state that either source shows of one that is well.
void telemetry_life::on(const entry& e, const fact::extension_registered& f) {
  extension* x = name_extension(f.extension, f.name);
  if (x == nullptr) return;
  x->invoke = f.invoke;
  x->shutdown = f.shutdown;
  tell_extension(e.at, *x, "Ready", "");
}

void telemetry_life::on(const entry&, const fact::extension_ready& f) {
  if (extension* x = extension_of(f.extension)) x->is_ready = true;
}

/// In an invocation the report of that names the error.
void telemetry_life::on(const entry& e, const fact::extension_failed& f) {
  extension_error_ = f.type;
  const extension* x = extension_of(f.extension);
  if (x != nullptr && !is_init_over_)
    tell_extension(e.at, *x, x->is_ready ? "ExitError" : "InitError", journal_.text(f.type));
}

void telemetry_life::on(const entry& e, const fact::extension_exited& f) {
  const extension* x = extension_of(f.extension);
  if (x != nullptr && !is_init_over_ && !is_being_killed_ && !extension_error_)
    tell_extension(e.at, *x, "Exited", "Extension.Crash");
}

void telemetry_life::on(const entry& e, const fact::subscribed& f) {
  extension* x = extension_of(f.extension);
  if (x == nullptr) return;
  // The second state was recorded in 2023.
  const std::string_view state = x->is_subscribed ? "Already subscribed" : "Subscribed";
  x->is_subscribed = true;
  tell(e.at, told::subscription{x->name, state, f.api, f.platform, f.function, f.extension_logs});
}

void telemetry_life::on(const entry& e, const fact::telemetry_dropped& f) {
  tell(e.at, told::dropped{f.extension, f.records, f.bytes});
}

// Of what is used, and of the end.

void telemetry_life::on(const entry&, const fact::reset&) {
  is_being_killed_ = true;
}

void telemetry_life::on(const entry&, const fact::shutdown_began&) {
  is_being_killed_ = true;
}

void telemetry_life::on(const entry&, const fact::sampled& f) {
  peak_bytes_ = journal_.used(f.used).peak_bytes;
  is_sampled_ = true;
  if (ended_) tell_end();
}

/// Where the extensions took long there may have been a look before they came back.
void telemetry_life::on(const entry&, const fact::frozen&) {
  if (ended_ && is_sampled_) tell_end();
}

void telemetry_life::on(const entry&, const fact::exited& f) {
  if (ended_ && !calls_.empty()) tell_end();  // what it has used since then is the next one's
  is_running_ = false;
  peak_bytes_ = journal_.used(f.used).peak_bytes;
  if (ended_) tell_end();
}

void telemetry_life::on(const entry& e, const fact::log_line& f) {
  told_.push_back({telemetry_class::function, e.at, skipped_, told::line{f.text}});
}

void telemetry_life::on(const entry& e, const fact::extension_line& f) {
  told_.push_back({telemetry_class::extension, e.at, skipped_, told::line{f.text}});
}

}  // namespace lambdaprof::report
