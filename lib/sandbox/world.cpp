// SPDX-License-Identifier: Apache-2.0
#include "sandbox/world.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

#include "base/result.hpp"
#include "host/strays.hpp"

namespace lambdaprof::sandbox {

/// What a connection needs from its first byte to the answer: accept, read, and one to spare.
constexpr int turns_of_a_call = 3;

namespace order = lambdaprof::environment::order;
namespace signal = lambdaprof::environment::signal;

world::world(boost::asio::io_context& loop, const host::clock& time, run::conductor& c,
             const confinement& held, telemetry_source telemetry, observer watcher)
    : loop_(loop),
      time_(time),
      conductor_(c),
      provisions_(held),
      telemetry_(std::move(telemetry)),
      site_{loop,
            time,
            c.settings().function,
            c.settings().seed,
            provisions_,
            [this](environment_id env, std::uint32_t attempt, instant at,
                   const lambdaprof::environment::any_signal& s) {
              feed(at, run::environment_signal{env, attempt, s});
            },
            output_room_,
            [this] {
              std::vector<int> pids = provisions_.held().neighbours;
              for (const environment_id env : live_)
                for (const int pid : environments_[env.value]->pids()) pids.push_back(pid);
              return pids;
            },
            padding_,
            [this] { hand_out_telemetry(); },
            std::move(watcher)},
      timer_(loop),
      telemetry_timer_(loop) {}

world::~world() = default;

void world::run() {
  run_from(run::woke{});
}

void world::run_block(const run::begin_block& b) {
  padding_ = b.padding;
  run_from(b);
}

void world::end() {
  feed(time_.now(), run::no_more_blocks{});
}

void world::run_from(const run::happening& first) {
  provisions_.prepare();
  boost::asio::post(loop_, [this, first] { feed(time_.now(), first); });
  loop_.restart();
  loop_.run();
  // Whatever could not be told to belong to one environment.
  host::kill_and_reap(host::strays(site_.known_processes()));
}

void world::stop() {
  feed(time_.now(), run::stop{});
}

void world::feed(instant now, const run::happening& h) {
  ensure(!is_stepping_, "carrying out an order does not step");
  is_stepping_ = true;
  for (const run::order& o : conductor_.step(now, h)) carry_out(o);
  is_stepping_ = false;
  if (has_subscribers_) arm_telemetry();
  if (conductor_.is_finished() || conductor_.is_resting()) {
    loop_.stop();
  } else {
    arm_timer();
  }
}

void world::arm_timer() {
  // One that is armed too early only wakes us once for nothing; setting it anew each time would
  // cost every invocation a system call.
  const instant wake = conductor_.next_wake();
  if (wake >= armed_) return;
  armed_ = wake;
  timer_.expires_at(time_.steady(wake));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) on_timer();
  });
}

void world::on_timer() {
  armed_ = never;
  const instant now = time_.now();
  if (now >= conductor_.next_wake()) {
    feed(now, run::woke{});
  } else {
    arm_timer();
  }
}

environment* world::find(environment_id env) {
  return env.value < environments_.size() ? environments_[env.value].get() : nullptr;
}

void world::hand_out_telemetry() {
  if (!telemetry_) return;
  telemetry_([this](environment_id env, std::uint32_t extension, std::string_view text) {
    if (environment* e = find(env)) e->offer_telemetry(extension, text);
  });
}

// Making events takes as long as some functions do, so it is done when it does not matter.
void world::arm_telemetry() {
  if (std::exchange(is_telemetry_awaited_, true)) return;
  telemetry_timer_.expires_after(lambdaprof::environment::buffering_settings::shortest_timeout);
  telemetry_timer_.async_wait([this](const boost::system::error_code& error) {
    is_telemetry_awaited_ = false;
    if (!error) hand_out_telemetry();
  });
}

void world::carry_out(const run::order& o) {
  environment* const env = find(o.env);
  const auto runtime = std::optional<std::uint32_t>();
  std::visit(overloaded{
                 [&](const order::launch& l) {
                   queue_launch({o.env, o.attempt, {l.at_full_speed, l.capacity}, std::nullopt});
                 },
                 [&](const order::launch_extension& l) {
                   queue_launch({o.env, o.attempt, {l.at_full_speed, l.capacity}, l.extension});
                 },
                 [&](const order::freeze&) { env->freeze(); },
                 [&](const order::thaw&) { env->thaw(); },
                 [&](const order::deliver& d) {
                   env->deliver(d.inv, d.remaining, conductor_.payload(d.inv));
                 },
                 [&](const order::resume&) { env->resume(); },
                 [&](const order::answer& a) { env->answer(a); },
                 [&](const order::answer_extension& a) {
                   env->answer(a);
                   has_subscribers_ |=
                       a.kind == lambdaprof::environment::extension_reply::subscribed;
                 },
                 [&](const order::hold_extension& h) { env->hold(h.extension); },
                 [&](const order::tell_invoke& t) { env->tell_invoke(t); },
                 [&](const order::tell_shutdown& t) { env->tell_shutdown(t); },
                 [&](const order::kill&) {
                   cancel_launches(o.env);
                   if (env != nullptr) env->kill();
                 },
                 [&](const order::terminate_runtime&) { env->signal_runtime(SIGTERM); },
                 [&](const order::kill_runtime&) {
                   cancel_launches(o.env, &runtime);
                   env->signal_runtime(SIGKILL);
                 },
                 [&](const order::kill_extension& k) {
                   const std::optional<std::uint32_t> which(k.extension);
                   cancel_launches(o.env, &which);
                   env->kill_extension(k.extension);
                 },
                 [&](const order::dismantle&) {
                   if (env == nullptr) return;
                   // Its own frames are still on the stack.
                   dismantled_.push_back(std::move(environments_[o.env.value]));
                   std::erase(live_, o.env);
                   boost::asio::post(loop_, [this] { dismantled_.clear(); });
                 },
             },
             o.what);
}

void world::queue_launch(pending_launch l) {
  // Some turns of the loop between two processes, so that a burst of starts does not keep those
  // waiting that are already calling.
  const bool is_first_of_environment = !l.extension || *l.extension == 0;
  launches_.push_back(l);
  if (is_first_of_environment) provisions_.expect(launches_.size());
  if (launches_.size() == 1) launch_in(0);
}

void world::launch_in(int turns) {
  boost::asio::post(loop_, [this, turns] { turns > 0 ? launch_in(turns - 1) : launch_next(); });
}

void world::launch_next() {
  if (launches_.empty()) return;
  const pending_launch next = launches_.front();
  launches_.pop_front();
  if (!launches_.empty()) launch_in(turns_of_a_call);
  if (environments_.size() <= next.env.value) environments_.resize(next.env.value + 1);
  auto& env = environments_[next.env.value];
  if (!env) {
    auto opened = environment::open(site_, next.env);
    if (!opened) return fail_launch(next, to_string(opened.error()));
    env = std::move(*opened);
    live_.push_back(next.env);
  }
  if (next.extension) {
    env->launch_extension(next.attempt, *next.extension, next.terms);
  } else {
    env->launch(next.attempt, next.terms);
  }
}

void world::cancel_launches(environment_id env, const std::optional<std::uint32_t>* which) {
  std::erase_if(launches_, [&](const pending_launch& l) {
    if (l.env != env || (which != nullptr && l.extension != *which)) return false;
    boost::asio::post(loop_, [this, l] { fail_launch(l, "cancelled"); });
    return true;
  });
}

void world::fail_launch(const pending_launch& l, std::string_view reason) {
  if (l.extension) {
    feed(time_.now(), run::environment_signal{
                          l.env, l.attempt, signal::extension_launch_failed{*l.extension, reason}});
  } else {
    feed(time_.now(), run::environment_signal{l.env, l.attempt, signal::launch_failed{reason}});
  }
}

}  // namespace lambdaprof::sandbox
