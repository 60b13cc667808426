// SPDX-License-Identifier: Apache-2.0
// Journals with extensions and subscribers, written and read in turns. Instants are milliseconds
// after 09:30:00 on 24 November 2026.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/audit.hpp"
#include "journal/request_id.hpp"
#include "report/telemetry.hpp"
#include "support/journal_builder.hpp"

namespace lambdaprof::support {

namespace fact = journal::fact;

using texts = std::vector<std::string>;

/// Of the subscription of a test: all there is, unless it says otherwise.
struct wanted {
  std::string schema = "2022-12-13";
  bool platform = true;
  bool function = true;
  bool extension_logs = true;
};

class telemetry_recording {
 public:
  telemetry_recording() {
    journal_.conditions().started_at = "2026-11-24T09:30:00Z";
    journal_.conditions().seed = 7;
    function().name = "thumbnail";
    function().memory_mb = 128;
    function().timeout = std::chrono::seconds(3);
  }

  journal::function_facts& function() { return journal_.conditions().function; }
  journal::text_id keep(std::string_view text) { return journal_.keep(text); }

  telemetry_recording& at(double milliseconds) {
    now_ = at_ms(milliseconds);
    return *this;
  }
  telemetry_recording& fact(invocation_id i, journal::what w) {
    journal_.append(now_, env(env_), i, std::move(w));
    return *this;
  }
  telemetry_recording& fact(journal::what w) { return fact(invocation_id{}, std::move(w)); }
  /// Of which the facts are that follow.
  telemetry_recording& in(std::uint32_t environment) {
    env_ = environment;
    return *this;
  }

  // Of the init.
  telemetry_recording& arrived(std::uint32_t i) {
    journal_.append(now_, {}, inv(i), fact::arrived{now_, 0, false});
    return *this;
  }
  telemetry_recording& skipped(double milliseconds) {
    journal_.append(now_, {}, {}, fact::skipped{ms(milliseconds)});
    now_ += ms(milliseconds);
    return *this;
  }
  telemetry_recording& launch(std::uint32_t cause, std::uint32_t attempt = 0) {
    return fact(inv(cause), fact::launch_ordered{attempt, attempt > 0});
  }
  telemetry_recording& runtime_started(double began) {
    return fact(fact::process_started{at_ms(began), 2});
  }
  telemetry_recording& runtime_initialized() { return fact(fact::runtime_initialized{}); }
  telemetry_recording& init_finished() { return fact(fact::init_finished{ms(1)}); }
  telemetry_recording& init_failed(journal::outcome why, std::string_view type = {}) {
    return fact(fact::init_failed{why, keep("{}"), type.empty() ? journal::text_id{} : keep(type)});
  }

  // Of extensions.
  telemetry_recording& extension_started(std::uint32_t n, std::string_view name, double began) {
    return fact(fact::extension_started{n, keep(name), at_ms(began), 1});
  }
  telemetry_recording& external_registered(std::uint32_t n, std::string_view name) {
    return fact(fact::extension_registered{n, keep(name), true, true, true});
  }
  telemetry_recording& internal_registered(std::uint32_t n, std::string_view name) {
    return fact(fact::extension_registered{n, keep(name), false, true, false});
  }
  telemetry_recording& extension_ready(std::uint32_t n) { return fact(fact::extension_ready{n}); }
  telemetry_recording& subscribed(std::uint32_t n, const wanted& w = {}) {
    return subscribed(n, journal::telemetry_api::telemetry, w);
  }
  telemetry_recording& subscribed_to_logs(std::uint32_t n, const wanted& w) {
    return subscribed(n, journal::telemetry_api::logs, w);
  }

  // Of invocations.
  telemetry_recording& delivered(std::uint32_t i, journal::start_kind kind) {
    return fact(inv(i), fact::delivered{kind});
  }
  telemetry_recording& responded(std::uint32_t i, std::uint64_t bytes = 2) {
    return fact(inv(i), fact::responded{bytes});
  }
  telemetry_recording& failed(std::uint32_t i, journal::outcome why, std::string_view payload,
                              std::string_view type = {}) {
    return fact(inv(i), fact::failed{why, keep(payload), journal::cpu_unknown,
                                     type.empty() ? journal::text_id{} : keep(type)});
  }
  telemetry_recording& runtime_ready(std::uint32_t i) {
    return fact(inv(i), fact::runtime_ready{ms(2)});
  }
  telemetry_recording& settled(std::uint32_t i, journal::outcome how = journal::outcome::success) {
    return fact(inv(i), fact::settled{how});
  }
  telemetry_recording& sampled(std::int64_t peak_mb) {
    return fact(fact::sampled{journal_.keep(journal::usage{.peak_bytes = peak_mb << 20})});
  }
  telemetry_recording& exited(std::int64_t peak_mb) {
    return fact(fact::exited{1, 0, journal_.keep(journal::usage{.peak_bytes = peak_mb << 20})});
  }
  telemetry_recording& printed(std::string_view line) {
    return fact(fact::log_line{journal::stream::out, keep(line)});
  }
  telemetry_recording& extension_printed(std::uint32_t n, std::string_view line) {
    return fact(fact::extension_line{n, journal::stream::err, keep(line)});
  }

  /// Until 20 ms: an external extension "A" that has subscribed, 18.5 ms of init.
  telemetry_recording& ready(const wanted& w = {}) {
    arrived(0).at(1).launch(0).at(2).extension_started(0, "A", 1.5).at(4);
    external_registered(0, "A").at(5).runtime_started(4.5).at(6).subscribed(0, w);
    return at(18).runtime_initialized().extension_ready(0).at(20).init_finished();
  }
  telemetry_recording& ready_with_logs(std::string schema) {
    arrived(0).at(1).launch(0).at(2).extension_started(0, "A", 1.5).at(4);
    external_registered(0, "A").at(5).runtime_started(4.5).at(6);
    subscribed_to_logs(0, {.schema = std::move(schema)});
    return at(18).runtime_initialized().extension_ready(0).at(20).init_finished();
  }

  /// What has come since it was asked for last; the conditions are not changed after that.
  std::vector<report::telemetry_item> news() {
    if (!telemetry_) telemetry_.emplace(journal_);
    return telemetry_->read();
  }
  /// What extension `n` was sent, by somebody who reads the journal as it is now.
  texts sent_to(std::uint32_t n, std::uint32_t environment = 0) const {
    report::telemetry all(journal_);
    texts sent;
    for (const report::telemetry_item& item : all.read())
      if (item.extension == n && item.env == env(environment)) sent.push_back(item.text);
    return sent;
  }
  texts sent() const { return sent_to(0); }
  /// The same as "type" alone, or "type: the line".
  texts types(std::uint32_t n = 0) const {
    texts all;
    for (const std::string& text : sent_to(n)) {
      const auto event = nlohmann::json::parse(text);
      all.push_back(event.at("type").get<std::string>());
      if (all.back().find("platform") == std::string::npos)
        all.back() += ": " + event.at("record").dump();
    }
    return all;
  }
  /// The records of a type, as JSON.
  texts records(std::string_view type, std::uint32_t n = 0) const {
    texts all;
    for (const std::string& text : sent_to(n)) {
      const auto event = nlohmann::ordered_json::parse(text);
      if (event.at("type") == type) all.push_back(event.at("record").dump());
    }
    return all;
  }
  /// Broken laws, of which that of the end is not meant.
  texts breaches() const {
    texts all;
    for (const journal::breach& b : journal::audit(journal_))
      if (b.entry < journal_.entries().size()) all.push_back(fmt::format("{}: {}", b.entry, b.law));
    return all;
  }

  const journal::journal& journal() const { return journal_; }

 private:
  telemetry_recording& subscribed(std::uint32_t n, journal::telemetry_api api, const wanted& w) {
    return fact(fact::subscribed{n, api, keep(w.schema), w.platform, w.function, w.extension_logs});
  }

  journal::journal journal_;
  std::optional<report::telemetry> telemetry_;
  instant now_{};
  std::uint32_t env_ = 0;
};

inline std::string uuid(std::uint32_t i) {
  return journal::request_id(7, inv(i));
}
/// "{"requestId":"…",<rest>}", or no more than the first if there is no rest.
inline std::string of_request(std::uint32_t i, const std::string& rest = {}) {
  return fmt::format(R"({{"requestId":"{}"{}{}}})", uuid(i), rest.empty() ? "" : ",", rest);
}

}  // namespace lambdaprof::support
