// SPDX-License-Identifier: Apache-2.0
// What extensions do, and what follows for their environment (lambda-protocol §3).
#include <algorithm>

#include "environment/error_body.hpp"
#include "environment/machine.hpp"
#include "environment/unconfirmed.hpp"

namespace lambdaprof::environment {

namespace fact = journal::fact;
using journal::outcome;
using journal::shutdown_reason;

void machine::on(instant now, const signal::extension_started& s, effects e) {
  extension& x = extensions_.at(s.extension);
  x.process = process_state::running;
  write(now, fact::extension_started{s.extension, e.log.keep(x.name), s.began, s.pid}, e);
  if (state_ == machine_state::launching) limit_init(s.began);
}

void machine::on(instant now, const signal::extension_launch_failed& s, effects e) {
  extension& x = extensions_.at(s.extension);
  x.process = process_state::none;
  x.state = extension_state::exited;
  if (is_ending()) return go_on_ending(now, e);
  write(now, fact::extension_launch_failed{s.extension, e.log.keep(x.name), e.log.keep(s.reason)},
        e);
  break_down(now, outcome::extension_launch, extension_launch_error(request_id(), s.reason), e);
}

void machine::on(instant now, const signal::extension_exited& s, effects e) {
  extension& x = extensions_.at(s.extension);
  const bool gave_up = x.has_given_up();
  x.process = process_state::none;
  x.state = extension_state::exited;
  x.is_held = false;
  write(now, fact::extension_exited{s.extension, s.status, s.by_signal}, e);
  if (is_ending() || gave_up) return go_on_ending(now, e);
  static_assert(unconfirmed::idle_crash_resets_at_once);
  break_down(now, outcome::extension_exited,
             extension_exit_error(request_id(), s.status, s.by_signal), e);
}

void machine::break_down(instant now, outcome why, const std::string& payload, effects e,
                         std::string_view type) {
  deadline_ = never;
  if (state_ == machine_state::launching ||
      (state_ == machine_state::initializing && session_ != runtime_state::restoring)) {
    init_failed(now, why, payload, e, type);
  } else {
    if (session_ == runtime_state::restoring)
      write(now, fact::restore_failed{why, e.log.keep(payload), keep_type(type, e)}, e);
    fail_all(now, why, payload, e, type);
  }
  const bool is_empty = runtime_ == process_state::none && !extensions_.is_any_alive();
  if (is_empty && is_reset_after_failure()) return processes_are_gone(now, e);
  reset(now, shutdown_reason::failure, e);
}

void machine::refuse_extension(instant now, order::answer_extension why, effects e) {
  if (!is_ending()) note_refusal(now, 403, refusal(why.kind), e);
  e.orders.emplace_back(std::move(why));
}

std::optional<std::uint32_t> machine::caller(instant now, std::string_view identifier, effects e) {
  const auto found = extensions_.find(identifier);
  if (const auto* number = std::get_if<std::uint32_t>(&found)) return *number;
  refuse_extension(now, {std::get<extension_reply>(found)}, e);
  return std::nullopt;
}

void machine::on(instant now, const signal::registers& s, effects e) {
  using registration = extension_set::registration;
  const registration how = is_ending() || is_runtime_initialized_ ? registration::closed
                           : function_.max_concurrency > 0        ? registration::for_shutdown_only
                                                                  : registration::open;
  const auto enrolled = extensions_.enroll(s, how);
  if (const auto* why = std::get_if<extension_reply>(&enrolled)) {
    order::answer_extension refusal{*why};
    refusal.name = *why == extension_reply::unknown_event ? s.unknown_event : s.name;
    for (const extension& x : extensions_.all())
      if (x.name == s.name) refusal.state = x.state;
    return refuse_extension(now, std::move(refusal), e);
  }
  const auto number = std::get<std::uint32_t>(enrolled);
  const extension& x = extensions_.at(number);
  write(now,
        fact::extension_registered{number, e.log.keep(x.name), x.external, x.wants_invoke,
                                   x.wants_shutdown},
        e);
  order::answer_extension accepted{extension_reply::registered};
  accepted.identifier = x.identifier;
  accepted.with_account_id = s.wants_account_id;
  e.orders.emplace_back(std::move(accepted));
  if (runtime_ == process_state::none && extensions_.are_externals_registered()) launch_runtime(e);
}

void machine::on(instant now, const signal::extension_asked_next& s, effects e) {
  const auto number = caller(now, s.identifier, e);
  if (!number) return;
  extension& x = extensions_.at(*number);
  const auto next = after(x.state, extension_call::next);
  // Who is told of the end may ask for more, and gets nothing.
  if (!next)
    return refuse_extension(
        now, {extension_reply::invalid_state, x.state, extension_call::next, x.name}, e);
  x.state = *next;
  x.is_held = true;
  write(now, fact::extension_ready{*number}, e);
  e.orders.emplace_back(order::hold_extension{*number});
  if (ending_ == ending::extensions && x.wants_shutdown) return tell_shutdown(now, *number, e);
  if (is_ending()) return;
  if (state_ == machine_state::initializing) return finish_init(now, s.cpu, e);
  settle_if_over(now, e);
}

void machine::on(instant now, const signal::extension_reported_error& s, effects e) {
  const auto number = caller(now, s.identifier, e);
  if (!number) return;
  extension& x = extensions_.at(*number);
  const auto call =
      s.at_init ? extension_call::report_init_error : extension_call::report_exit_error;
  if (!s.type)
    return refuse_extension(now, {extension_reply::missing_error_type, x.state, call, x.name}, e);
  const auto next = after(x.state, call);
  if (!next)
    return refuse_extension(now, {extension_reply::invalid_state, x.state, call, x.name}, e);
  const bool is_news = x.state != *next;
  x.state = *next;
  e.orders.emplace_back(order::answer_extension{extension_reply::accepted});
  if (!is_news) return;
  const std::string type = extension_error_type(*s.type, s.at_init);
  write(now, fact::extension_failed{*number, e.log.keep(type)}, e);
  if (!is_ending())
    break_down(now, outcome::extension_error, extension_reported_error(request_id(), type, s.body),
               e, type);
}

void machine::on(instant now, const signal::subscribes& s, effects e) {
  const auto number = caller(now, s.identifier, e);
  if (!number) return;
  auto& known = extensions_.at(*number).subscription;
  const auto answer = [&](extension_reply kind) {
    order::answer_extension a{kind};
    a.name = s.complaint;
    a.api = s.api;
    a.extension = *number;
    return a;
  };
  const bool is_init = state_ == machine_state::launching || state_ == machine_state::initializing;
  if (!is_init || session_ == runtime_state::restoring)
    return refuse_extension(now, answer(extension_reply::subscription_closed), e);
  if (s.asked == nullptr)
    return refuse_extension(now, answer(extension_reply::bad_subscription), e);
  if (known && known->api != s.api)
    return refuse_extension(now, answer(extension_reply::subscribed_elsewhere), e);
  if (known == *s.asked) {
    e.orders.emplace_back(answer(extension_reply::already_subscribed));
    return;
  }
  known = *s.asked;
  const event_types& t = s.asked->types;
  write(now,
        fact::subscribed{*number, s.api, e.log.keep(name(s.asked->schema)), t.platform, t.function,
                         t.extension},
        e);
  e.orders.emplace_back(answer(extension_reply::subscribed));
}

void machine::tell_invoke(invocation_id inv, span remaining, effects e) {
  for (std::uint32_t i = 0; i < extensions_.all().size(); ++i) {
    extension& x = extensions_.at(i);
    if (!x.wants_invoke || x.state != extension_state::ready) continue;
    x.state = extension_state::running;
    x.is_held = false;
    e.orders.emplace_back(order::tell_invoke{i, inv, remaining});
  }
}

}  // namespace lambdaprof::environment
