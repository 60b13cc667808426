// SPDX-License-Identifier: Apache-2.0
// What is called on an environment's port, and what the calls are answered.
#include <algorithm>
#include <tuple>
#include <utility>

#include "environment/limits.hpp"
#include "environment/process_environment.hpp"
#include "environment/unconfirmed.hpp"
#include "host/clock.hpp"
#include "journal/request_id.hpp"
#include "sandbox/environment.hpp"
#include "wire/error_status.hpp"
#include "wire/extensions_api.hpp"
#include "wire/runtime_api.hpp"
#include "wire/telemetry_api.hpp"
#include "wire/trace_id.hpp"

namespace lambdaprof::sandbox {

namespace core = lambdaprof::environment;
namespace signal = core::signal;

namespace {

/// Of an error body, what the journal keeps.
constexpr std::size_t longest_error = std::size_t{16} * 1024;

/// Where the rate is limited, so that it is met closely.
constexpr std::size_t paced_read = std::size_t{32} * 1024;

bool is_same(const std::weak_ptr<net::connection>& known, const net::connection& c) {
  return known.lock().get() == &c;
}

}  // namespace

std::string environment::attempt_id(invocation_id inv) const {
  // Apart from the request ids of the same run.
  return journal::request_id(~site_.seed ^ (std::uint64_t{attempt_} << 32), inv);
}

std::string environment::trace_of(invocation_id inv, std::int64_t now_ms) const {
  const std::string& given = site_.function.caller.trace;
  if (!given.empty()) return given;
  return wire::trace_id(site_.seed, inv, static_cast<std::uint32_t>(now_ms / 1000));
}

// Whoever asks twice is answered where it asked last. The call before stays until then: the later
// one may be refused.
void environment::park(net::connection& c) {
  std::erase_if(parked_, [](const auto& p) { return p.expired(); });
  parked_.push_back(c.weak_from_this());
}

std::shared_ptr<net::connection> environment::unpark() {
  const bool is_managed = site_.function.max_concurrency > 0;
  while (!parked_.empty()) {
    const auto at = is_managed ? parked_.begin() : parked_.end() - 1;
    const auto c = at->lock();
    parked_.erase(at);
    if (!c || !c->is_open()) continue;
    if (!is_managed) parked_.clear();
    return c;
  }
  return nullptr;
}

void environment::deliver(invocation_id inv, span remaining, std::string_view payload) {
  if (handed_out_.empty()) show(moment::initialized);
  if (sampler_) sampler_->begin_phase(site_.time.now());
  if (handed_out_.empty() || site_.function.max_concurrency > 0) handed_out_.emplace_back();
  handed_out& current = handed_out_.back();
  current.request_id = journal::request_id(site_.seed, inv);
  current.inv = inv;
  const auto c = unpark();
  if (!c) return put_share_in_force();
  const core::caller& caller = site_.function.caller;
  const std::int64_t now_ms = host::wall_ms();
  const std::string arn = core::function_arn(site_.function);
  const std::string trace = trace_of(inv, now_ms);
  const std::string attempt = attempt_id(inv);
  const std::string identity =
      wire::cognito_identity(caller.cognito_identity_id, caller.cognito_identity_pool_id);
  wire::event_head head;
  head.request_id = current.request_id;
  head.deadline_ms =
      now_ms + std::chrono::duration_cast<std::chrono::milliseconds>(remaining).count();
  head.function_arn = arn;
  head.attempt_id = attempt;
  head.trace_id = trace;
  head.client_context = caller.client_context;
  head.cognito_identity = identity;
  head.tenant_id = caller.tenant_id;
  head.event_bytes = payload.size();
  head_.clear();
  wire::render(head_, head);
  c->write(head_, payload);
  // In the few microseconds before it reads that, nothing can run away; the event has not waited.
  put_share_in_force();
}

void environment::resume() {
  put_share_in_force();
  if (const auto c = unpark()) reply(*c, wire::edge_reply::restored);
}

void environment::answer(const core::order::answer& a) {
  if (calling_ == nullptr) return;
  std::erase_if(parked_, [&](const auto& p) { return is_same(p, *calling_); });
  head_.clear();
  wire::render(head_, a);
  calling_->write(head_);
}

void environment::answer(const core::order::answer_extension& a) {
  if (calling_ == nullptr) return;
  head_.clear();
  wire::render(head_, a, site_.function);
  calling_->write(head_);
  if (a.kind == core::extension_reply::registered) ++busy_extensions_;
  if (a.kind == core::extension_reply::subscribed && asked_) subscribers_.add(a.extension, *asked_);
}

void environment::hold(std::uint32_t extension) {
  if (calling_ == nullptr) return;
  if (held_.size() <= extension) held_.resize(extension + 1);
  held_[extension] = calling_->weak_from_this();
  if (busy_extensions_ > 0) --busy_extensions_;
}

void environment::tell_invoke(const core::order::tell_invoke& o) {
  ++busy_extensions_;
  const auto c = o.extension < held_.size() ? held_[o.extension].lock() : nullptr;
  if (!c || !c->is_open()) return;
  const std::int64_t now_ms = host::wall_ms();
  const std::string arn = core::function_arn(site_.function);
  const std::string id = journal::request_id(site_.seed, o.inv);
  const std::string trace = trace_of(o.inv, now_ms);
  const std::string event = attempt_id(invocation_id{~o.inv.value ^ (o.extension << 24)});
  wire::invoke_event told;
  told.event_id = event;
  told.request_id = id;
  told.deadline_ms =
      now_ms + std::chrono::duration_cast<std::chrono::milliseconds>(o.remaining).count();
  told.function_arn = arn;
  told.trace_id = trace;
  head_.clear();
  wire::render(head_, told);
  c->write(head_);
}

void environment::tell_shutdown(const core::order::tell_shutdown& o) {
  if (!subscribers_.empty()) {
    site_.hand_out_telemetry();
    subscribers_.flush();
  }
  const auto c = o.extension < held_.size() ? held_[o.extension].lock() : nullptr;
  if (!c || !c->is_open()) return;
  wire::shutdown_event told;
  told.deadline_ms =
      host::wall_ms() + std::chrono::duration_cast<std::chrono::milliseconds>(o.remaining).count();
  told.reason = o.reason;
  head_.clear();
  wire::render(head_, told);
  c->write(head_);
}

environment::named environment::check(std::string_view request_id, const wire::request& r) const {
  const auto at = std::find_if(handed_out_.rbegin(), handed_out_.rend(),
                               [&](const handed_out& h) { return h.request_id == request_id; });
  if (at == handed_out_.rend()) return {signal::id_check::other, {}};
  static_assert(core::unconfirmed::refuses_stale_attempts_in_standard_mode);
  const std::string_view echo = wire::echoed_attempt(r);
  const bool is_stale = !echo.empty() && echo != attempt_id(at->inv);
  return {is_stale ? signal::id_check::stale : signal::id_check::current, at->inv};
}

span environment::on_body(net::connection& c, const wire::request& r, instant now) {
  const auto call = wire::classify(r);
  const auto* response = std::get_if<wire::call::response>(&call);
  if (response == nullptr) return span{};
  if (!is_same(announced_, c)) {
    const auto other = announced_.lock();
    if (other && other->is_open() && site_.function.max_concurrency == 0) return span{};
    announced_ = c.weak_from_this();
    pace_ = {};
    paced_ = 0;
    if (site_.function.limits_stream_rate) c.read_at_most(paced_read);
    const named who = check(response->request_id, r);
    report(now, signal::response_began{who.id, who.inv});
  }
  if (!site_.function.limits_stream_rate || response->mode != signal::response_mode::streaming)
    return span{};
  return pace_.admit(now, r.body_bytes - std::exchange(paced_, r.body_bytes));
}

void environment::reply(net::connection& c, wire::edge_reply how) {
  head_.clear();
  wire::render(head_, how);
  c.write(head_);
}

void environment::misspoke(net::connection& c, const wire::request& r, wire::edge_reply how,
                           std::uint16_t status, instant at) {
  const std::string what = r.method + " " + r.target.substr(0, 200);
  reply(c, how);
  report(at, signal::misspoke{status, what});
}

void environment::on_request(net::connection& c, const wire::request& r, instant,
                             instant last_byte) {
  calling_ = &c;
  const auto api = wire::subscription_path(r.target);
  if (wire::is_of_extensions_api(r.target)) {
    on_extension_call(c, r, last_byte);
  } else if (api && r.method == "PUT") {
    on_subscription(*api, r, last_byte);
  } else if (api) {
    misspoke(c, r, wire::edge_reply::wrong_method, 405, last_byte);
  } else {
    on_runtime_call(c, r, last_byte);
  }
  calling_ = nullptr;
}

void environment::end_phase(instant at) {
  if (sampler_) sampler_->end_phase(group(), cpu_time(), at);
}

void environment::on_next(net::connection& c, instant at) {
  park(c);
  const span cpu = cpu_time();
  if (busy_extensions_ == 0) end_phase(at);
  report(at, signal::asked_next{cpu});
  report_sample();
}

void environment::on_response(const wire::call::response& call, const wire::request& r,
                              bool announced, instant at) {
  const auto body = r.body_state == wire::body_state::truncated ? signal::body::truncated
                                                                : signal::body::complete;
  const named who = check(call.request_id, r);
  if (site_.watcher.answered && who.id == signal::id_check::current)
    site_.watcher.answered(self_, who.inv, r.body);
  const std::string error = wire::mid_stream_error(r);
  const std::string type = error.empty() ? std::string() : wire::mid_stream_error_type(r);
  const std::uint16_t status = wire::error_status(r.body);
  const std::string_view answer = status != 0 ? std::string_view(r.body) : std::string_view();
  report(at, signal::responded{who.id, call.mode, body, r.body_bytes, announced, error, cpu_time(),
                               who.inv, type, status, answer.substr(0, longest_error)});
}

void environment::on_runtime_call(net::connection& c, const wire::request& r, instant at) {
  const bool announced = is_same(announced_, c);
  if (announced) announced_.reset();
  const bool is_snap_start = site_.function.snap_start;
  const auto unknown = [&] { misspoke(c, r, wire::edge_reply::not_found, 404, at); };
  const auto body = [&] { return wire::error_payload(r).substr(0, longest_error); };
  const auto type = [](std::string_view header) { return std::string(wire::error_type(header)); };
  std::visit(overloaded{
                 [&](const wire::call::next&) { on_next(c, at); },
                 [&](const wire::call::response& call) { on_response(call, r, announced, at); },
                 [&](const wire::call::error& call) {
                   const named who = check(call.request_id, r);
                   report(at, signal::reported_error{who.id, body(), cpu_time(), who.inv,
                                                     type(call.error_type)});
                 },
                 [&](const wire::call::init_error& call) {
                   report(at, signal::reported_init_error{body(), type(call.error_type)});
                 },
                 [&](const wire::call::restore_next&) {
                   if (!is_snap_start) return unknown();
                   park(c);
                   if (busy_extensions_ == 0) end_phase(at);
                   report(at, signal::asked_restore{cpu_time()});
                   report_sample();
                 },
                 [&](const wire::call::restore_error& call) {
                   if (!is_snap_start) return unknown();
                   report(at, signal::reported_restore_error{body(), type(call.error_type)});
                 },
                 [&](const wire::call::credentials& call) {
                   if (!is_snap_start || call.token != token_) return unknown();
                   head_.clear();
                   wire::render_json(head_,
                                     core::credentials_body(host::utc_in(core::credentials_life)));
                   c.write(head_);
                 },
                 [&](const wire::call::ping&) { reply(c, wire::edge_reply::pong); },
                 [&](const wire::call::unknown_path&) { unknown(); },
                 [&](const wire::call::wrong_method&) {
                   misspoke(c, r, wire::edge_reply::wrong_method, 405, at);
                 },
             },
             wire::classify(r));
}

void environment::on_extension_call(net::connection& c, const wire::request& r, instant at) {
  const std::string_view identifier = wire::extension_identifier(r);
  namespace call = wire::extension_call;
  std::visit(
      overloaded{
          [&](const call::enroll& e) {
            report(at, signal::registers{e.name, e.body, e.invoke, e.shutdown, e.unknown_event,
                                         e.wants_account_id});
          },
          [&](const call::next&) {
            // The phase ends with the last of those who take part in it.
            const bool is_last = busy_extensions_ == 1 && !parked_.empty();
            if (is_last) end_phase(at);
            report(at, signal::extension_asked_next{identifier, cpu_time()});
            if (is_last) report_sample();
          },
          [&](const call::error& e) {
            report(at, signal::extension_reported_error{
                           identifier, e.at_init, e.type,
                           std::string_view(r.body).substr(0, longest_error)});
          },
          [&](const call::unknown_path&) { misspoke(c, r, wire::edge_reply::not_found, 404, at); },
          [&](const call::wrong_method&) {
            misspoke(c, r, wire::edge_reply::wrong_method, 405, at);
          },
      },
      wire::classify_extension_call(r));
}

void environment::on_subscription(journal::telemetry_api api, const wire::request& r, instant at) {
  const auto read = wire::read_subscription(api, r.body);
  const std::string_view identifier = wire::extension_identifier(r);
  asked_.reset();
  if (const auto* wrong = std::get_if<wire::invalid_subscription>(&read)) {
    report(at, signal::subscribes{identifier, api, nullptr, wrong->message});
    return;
  }
  asked_ = std::get<core::subscription>(read);
  report(at, signal::subscribes{identifier, api, &*asked_});
}

void environment::on_malformed(net::connection&, std::uint16_t status, std::string_view what) {
  report(site_.time.now(), signal::misspoke{status, what});
}

void environment::on_closed(net::connection& c) {
  // One that is announced is noticed where it would be used.
  if (std::erase_if(parked_, [&](const auto& p) { return is_same(p, c); }) > 0)
    report(site_.time.now(), signal::hung_up{});
}

}  // namespace lambdaprof::sandbox
