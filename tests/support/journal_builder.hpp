// SPDX-License-Identifier: Apache-2.0
// Journals for tests, written fact by fact or as whole invocations, at instants in milliseconds.
// Lives that overlap may be written one after the other: `build` puts all facts in the order of
// their instants.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/journal.hpp"

namespace lambdaprof::support {

inline span ms(double milliseconds) {
  return span(std::llround(milliseconds * 1e6));
}
inline instant at_ms(double milliseconds) {
  return instant(ms(milliseconds));
}

constexpr environment_id env(std::uint32_t n) {
  return {n};
}
constexpr invocation_id inv(std::uint32_t n) {
  return {n};
}

/// `due_ms` is the instant of the fact itself unless it is given.
struct arrival {
  std::optional<double> due_ms = std::nullopt;
  std::uint32_t event = 0;
  bool discarded = false;
};

/// How long the parts of a cold start take; CPU times below 0 are unknown.
struct cold_parts {
  double queued = 1;
  double exec = 2;
  double init = 10;
  double wait = 0;
  double handler = 5;
  double after = 1;
  double init_cpu = -1;
  double handler_cpu = -1;
  bool discarded = false;
};

/// `cpu_total` is that of the process since its start; below 0 is unknown.
struct warm_parts {
  double handler = 5;
  double after = 1;
  double cpu_total = -1;
  bool discarded = false;
};

/// What an extension asks for.
struct registration {
  bool external = true;
  bool invoke = true;
  bool shutdown = true;
};
inline constexpr registration internal_extension{false, true, false};

/// When the parts of a cold start with an external extension "A" and an internal one "B" are over,
/// in milliseconds from the order.
struct extended_parts {
  double began = 1;        ///< the extension's process
  double registered = 11;  ///< and then the runtime's
  double started = 13;     ///< exec of the runtime
  double runtime_ready = 20;
  double external_ready = 31;
  double internal_ready = 25;
};

class journal_builder {
 public:
  /// The instant of the facts that follow.
  journal_builder& at(double milliseconds) {
    now_ = at_ms(milliseconds);
    return *this;
  }
  journal_builder& later(double milliseconds) {
    now_ += ms(milliseconds);
    return *this;
  }

  journal_builder& fact(environment_id e, invocation_id i, journal::what w) {
    entries_.push_back({now_, e, i, std::move(w)});
    return *this;
  }

  // Of an invocation.
  journal_builder& arrived(std::uint32_t i, const arrival& a = {}) {
    const instant due = a.due_ms ? at_ms(*a.due_ms) : now_;
    return fact({}, inv(i), journal::fact::arrived{due, a.event, a.discarded});
  }
  journal_builder& throttled(std::uint32_t i) {
    return fact({}, inv(i), journal::fact::throttled{});
  }
  journal_builder& delivered(std::uint32_t e, std::uint32_t i, journal::start_kind kind) {
    return fact(env(e), inv(i), journal::fact::delivered{kind});
  }
  journal_builder& response_began(std::uint32_t e, std::uint32_t i) {
    return fact(env(e), inv(i), journal::fact::response_began{});
  }
  journal_builder& responded(std::uint32_t e, std::uint32_t i, std::uint64_t bytes = 2,
                             double cpu_ms = -1) {
    return fact(env(e), inv(i), journal::fact::responded{bytes, cpu(cpu_ms)});
  }
  journal_builder& responded_with(std::uint32_t e, std::uint32_t i, std::uint16_t http_status,
                                  std::string_view answer = "") {
    return fact(
        env(e), inv(i),
        journal::fact::responded{2, journal::cpu_unknown, http_status,
                                 answer.empty() ? journal::text_id{} : texts_.keep(answer)});
  }
  /// `type` is that of the header, if it is not empty; so below.
  journal_builder& failed(std::uint32_t e, std::uint32_t i, journal::outcome why,
                          std::string_view payload, std::string_view type = "") {
    return fact(
        env(e), inv(i),
        journal::fact::failed{why, texts_.keep(payload), journal::cpu_unknown, kept_type(type)});
  }
  journal_builder& runtime_ready(std::uint32_t e, std::uint32_t i, double cpu_ms = -1) {
    return fact(env(e), inv(i), journal::fact::runtime_ready{cpu(cpu_ms)});
  }
  journal_builder& settled(std::uint32_t e, std::uint32_t i,
                           journal::outcome how = journal::outcome::success) {
    return fact(env(e), inv(i), journal::fact::settled{how});
  }

  // Of an environment.
  /// For the event that causes it; every attempt after the first is a suppressed init.
  journal_builder& launch_ordered(std::uint32_t e, std::uint32_t cause, std::uint32_t attempt = 0) {
    return fact(env(e), inv(cause), journal::fact::launch_ordered{attempt, attempt > 0});
  }
  journal_builder& process_started(std::uint32_t e, double began_ms, std::int32_t pid = 1) {
    return fact(env(e), {}, journal::fact::process_started{at_ms(began_ms), pid});
  }
  journal_builder& launch_failed(std::uint32_t e, std::string_view reason) {
    return fact(env(e), {}, journal::fact::launch_failed{texts_.keep(reason)});
  }
  journal_builder& init_finished(std::uint32_t e, double cpu_ms = -1) {
    return fact(env(e), {}, journal::fact::init_finished{cpu(cpu_ms)});
  }
  journal_builder& init_failed(std::uint32_t e, journal::outcome why, std::string_view detail,
                               std::string_view type = "") {
    return fact(env(e), {}, journal::fact::init_failed{why, texts_.keep(detail), kept_type(type)});
  }
  journal_builder& runtime_initialized(std::uint32_t e) {
    return fact(env(e), {}, journal::fact::runtime_initialized{});
  }
  journal_builder& restore_began(std::uint32_t e) {
    return fact(env(e), {}, journal::fact::restore_began{});
  }
  journal_builder& restore_finished(std::uint32_t e, double cpu_ms = -1) {
    return fact(env(e), {}, journal::fact::restore_finished{cpu(cpu_ms)});
  }
  journal_builder& restore_failed(std::uint32_t e, journal::outcome why, std::string_view detail,
                                  std::string_view type = "") {
    return fact(env(e), {},
                journal::fact::restore_failed{why, texts_.keep(detail), kept_type(type)});
  }
  journal_builder& shutdown_began(
      std::uint32_t e, journal::shutdown_reason why = journal::shutdown_reason::spindown) {
    return fact(env(e), {}, journal::fact::shutdown_began{why});
  }
  journal_builder& sampled(std::uint32_t e, const journal::usage& used) {
    return fact(env(e), {}, journal::fact::sampled{texts_.keep(used)});
  }
  journal_builder& frozen(std::uint32_t e) { return fact(env(e), {}, journal::fact::frozen{}); }
  journal_builder& thawed(std::uint32_t e) { return fact(env(e), {}, journal::fact::thawed{}); }
  journal_builder& thaw_cost(std::uint32_t e, std::uint32_t i, double took_ms) {
    return fact(env(e), inv(i), journal::fact::thaw_cost{ms(took_ms)});
  }
  journal_builder& reset(std::uint32_t e) { return fact(env(e), {}, journal::fact::reset{}); }
  journal_builder& retired(std::uint32_t e,
                           journal::retirement why = journal::retirement::run_over) {
    return fact(env(e), {}, journal::fact::retired{why});
  }
  journal_builder& exited(std::uint32_t e, std::int32_t status, std::int32_t signal,
                          const journal::usage& used = {}) {
    return fact(env(e), {}, journal::fact::exited{status, signal, texts_.keep(used)});
  }
  journal_builder& left_groups(std::uint32_t e) {
    return fact(env(e), {}, journal::fact::left_groups{});
  }
  journal_builder& gone(std::uint32_t e) { return fact(env(e), {}, journal::fact::gone{}); }
  journal_builder& log_line(std::uint32_t e, std::string_view line) {
    return fact(env(e), {}, journal::fact::log_line{journal::stream::out, texts_.keep(line)});
  }
  journal_builder& refused(environment_id e, invocation_id i, std::uint16_t status,
                           std::string_view what) {
    return fact(e, i, journal::fact::refused{status, texts_.keep(what)});
  }

  // Of an extension, by its number.
  journal_builder& extension_started(std::uint32_t e, std::uint32_t x, std::string_view name,
                                     double began_ms) {
    return fact(env(e), {},
                journal::fact::extension_started{x, texts_.keep(name), at_ms(began_ms), 2});
  }
  journal_builder& extension_launch_failed(std::uint32_t e, std::uint32_t x, std::string_view name,
                                           std::string_view reason) {
    return fact(env(e), {},
                journal::fact::extension_launch_failed{x, texts_.keep(name), texts_.keep(reason)});
  }
  journal_builder& extension_registered(std::uint32_t e, std::uint32_t x, std::string_view name,
                                        const registration& r = {}) {
    return fact(env(e), {},
                journal::fact::extension_registered{x, texts_.keep(name), r.external, r.invoke,
                                                    r.shutdown});
  }
  journal_builder& extension_ready(std::uint32_t e, std::uint32_t x) {
    return fact(env(e), {}, journal::fact::extension_ready{x});
  }
  journal_builder& extension_failed(std::uint32_t e, std::uint32_t x, std::string_view type) {
    return fact(env(e), {}, journal::fact::extension_failed{x, texts_.keep(type)});
  }
  journal_builder& extension_exited(std::uint32_t e, std::uint32_t x, std::int32_t status,
                                    std::int32_t signal = 0) {
    return fact(env(e), {}, journal::fact::extension_exited{x, status, signal});
  }
  journal_builder& extension_line(std::uint32_t e, std::uint32_t x, std::string_view line) {
    return fact(env(e), {},
                journal::fact::extension_line{x, journal::stream::out, texts_.keep(line)});
  }
  journal_builder& subscribed(std::uint32_t e, std::uint32_t x,
                              journal::telemetry_api api = journal::telemetry_api::telemetry) {
    return fact(env(e), {},
                journal::fact::subscribed{x, api, texts_.keep("2022-12-13"), true, true, false});
  }
  journal_builder& telemetry_dropped(std::uint32_t e, std::uint32_t x, std::uint64_t records,
                                     std::uint64_t bytes) {
    return fact(env(e), {}, journal::fact::telemetry_dropped{x, records, bytes});
  }

  // Of the run.
  journal_builder& skipped(double milliseconds) {
    return fact({}, {}, journal::fact::skipped{ms(milliseconds)});
  }
  journal_builder& interrupted() { return fact({}, {}, journal::fact::interrupted{}); }
  journal_builder& note(std::string_view text) {
    return fact({}, {}, journal::fact::note{texts_.keep(text)});
  }

  /// A cold start from its due instant, which is now, until it has settled, which is now
  /// afterwards.
  journal_builder& cold(std::uint32_t e, std::uint32_t i, const cold_parts& p = {}) {
    arrived(i, {.discarded = p.discarded}).launch_ordered(e, i).later(p.queued);
    const instant began = now_;
    later(p.exec).fact(env(e), {}, journal::fact::process_started{began, 1});
    later(p.init).init_finished(e, p.init_cpu);
    later(p.wait).delivered(e, i, journal::start_kind::cold);
    const bool is_known = p.init_cpu >= 0 && p.handler_cpu >= 0;
    return finish(e, i, p.handler, p.after, is_known ? p.init_cpu + p.handler_cpu : -1);
  }
  journal_builder& warm(std::uint32_t e, std::uint32_t i, const warm_parts& p = {}) {
    arrived(i, {.discarded = p.discarded}).delivered(e, i, journal::start_kind::warm);
    return finish(e, i, p.handler, p.after, p.cpu_total);
  }
  /// An environment with two extensions, from its order to the end of its init, which is now
  /// afterwards.
  journal_builder& extended_init(std::uint32_t e, std::uint32_t cause, const extended_parts& p = {},
                                 std::uint32_t attempt = 0) {
    const double t0 = milliseconds(now_.time_since_epoch());
    launch_ordered(e, cause, attempt).at(t0 + p.began);
    extension_started(e, 0, "A", t0 + p.began);
    at(t0 + p.registered).extension_registered(e, 0, "A");
    at(t0 + p.started).process_started(e, t0 + p.registered);
    extension_registered(e, 1, "B", internal_extension);
    at(t0 + p.runtime_ready).runtime_initialized(e);
    at(t0 + p.internal_ready).extension_ready(e, 1);
    return at(t0 + p.external_ready).extension_ready(e, 0).init_finished(e, 9);
  }
  /// An invocation that both were told of; each part from the one before, "B" at once.
  journal_builder& extended(std::uint32_t e, std::uint32_t i, journal::start_kind kind,
                            double handler = 5, double after = 1, double external = 3) {
    delivered(e, i, kind).later(handler).responded(e, i).later(after).runtime_ready(e, i, 12);
    extension_ready(e, 1);
    return later(external).extension_ready(e, 0).settled(e, i);
  }
  /// Retired, killed and gone.
  journal_builder& end(std::uint32_t e, const journal::usage& used = {}) {
    return retired(e).exited(e, 0, 9, used).gone(e);
  }

  journal::header& conditions() { return texts_.conditions(); }

  /// All of it, or no more than its first `most` entries: a run that was cut short.
  journal::journal build(std::size_t most = std::numeric_limits<std::size_t>::max()) const {
    journal::journal j = texts_;
    std::vector<journal::entry> ordered = entries_;
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    ordered.erase(ordered.begin() + static_cast<std::ptrdiff_t>(std::min(most, ordered.size())),
                  ordered.end());
    for (const journal::entry& e : ordered) j.append(e.at, e.env, e.inv, e.what);
    return j;
  }

 private:
  journal::text_id kept_type(std::string_view type) {
    return type.empty() ? journal::text_id{} : texts_.keep(type);
  }
  static span cpu(double milliseconds) {
    return milliseconds < 0 ? journal::cpu_unknown : ms(milliseconds);
  }

  journal_builder& finish(std::uint32_t e, std::uint32_t i, double handler, double after,
                          double cpu_total) {
    later(handler).responded(e, i);
    return later(after).runtime_ready(e, i, cpu_total).settled(e, i);
  }

  instant now_{};
  journal::journal texts_;  // without entries
  std::vector<journal::entry> entries_;
};

}  // namespace lambdaprof::support
