// SPDX-License-Identifier: Apache-2.0
#include "sandbox/subscribers.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "net/line_sender.hpp"
#include "net/post.hpp"
#include "wire/message.hpp"

namespace lambdaprof::sandbox {

namespace core = lambdaprof::environment;

namespace {

/// A subscriber that does not take a batch in this time has not taken it; ours to choose.
constexpr span time_for_a_batch = std::chrono::seconds(1);

using sender = std::variant<net::poster, net::line_sender>;

sender sender_for(boost::asio::io_context& loop, const core::delivery_address& to) {
  if (to.protocol == core::delivery_protocol::tcp)
    return sender(std::in_place_type<net::line_sender>, loop, to.port, time_for_a_batch);
  return sender(std::in_place_type<net::poster>, loop, to.port, to.path, time_for_a_batch);
}

}  // namespace

class subscribers::outlet {
 public:
  outlet(subscribers& of, std::uint32_t extension, const core::subscription& s)
      : of_(of),
        extension_(extension),
        queue_(s.buffering, s.destination.protocol),
        sender_(sender_for(of.loop_, s.destination)) {}

  std::uint32_t extension() const { return extension_; }
  core::telemetry_queue& queue() { return queue_; }

  void send() {
    const core::telemetry_batch* batch = queue_.take(of_.time_.now());
    if (batch == nullptr) return;
    if (auto* lines = std::get_if<net::line_sender>(&sender_)) {
      lines->send(batch->body,
                  [this](const result<void>& sent) { on_sent(static_cast<bool>(sent)); });
      return;
    }
    std::get<net::poster>(sender_).post(batch->body, "application/json",
                                        {{"Sequence-Id", std::to_string(batch->sequence)}},
                                        [this](const result<std::uint16_t>& status) {
                                          on_sent(status && *status >= 200 && *status < 300);
                                        });
  }

  void tell_dropped() {
    while (const auto d = queue_.take_dropped()) of_.tell_(extension_, d->records, d->bytes);
  }

 private:
  void on_sent(bool well) {
    if (well) {
      queue_.delivered();
    } else {
      queue_.failed(of_.time_.now());
    }
    tell_dropped();
    of_.send_what_is_due();
  }

  subscribers& of_;
  std::uint32_t extension_;
  core::telemetry_queue queue_;
  sender sender_;
};

subscribers::subscribers(boost::asio::io_context& loop, const host::clock& time, dropped tell)
    : loop_(loop), time_(time), tell_(std::move(tell)), timer_(loop) {}

subscribers::~subscribers() = default;

void subscribers::add(std::uint32_t extension, const core::subscription& s) {
  std::erase_if(all_, [&](const auto& o) { return o->extension() == extension; });
  all_.push_back(std::make_unique<outlet>(*this, extension, s));
}

void subscribers::offer(std::uint32_t extension, std::string_view event) {
  for (const auto& o : all_)
    if (o->extension() == extension) o->queue().add(time_.now(), event);
  arm();
}

void subscribers::freeze() {
  is_frozen_ = true;
}

void subscribers::thaw() {
  is_frozen_ = false;
  arm();
}

void subscribers::flush() {
  for (const auto& o : all_) o->queue().flush();
  send_what_is_due();
}

void subscribers::clear() {
  all_.clear();
  timer_.cancel();
  armed_ = never;
}

void subscribers::send_what_is_due() {
  if (is_frozen_) return;
  for (const auto& o : all_)
    if (o->queue().due() <= time_.now()) o->send();
  arm();
}

void subscribers::arm() {
  instant due = never;
  for (const auto& o : all_) due = std::min(due, o->queue().due());
  if (is_frozen_ || due >= armed_) return;
  armed_ = due;
  timer_.expires_at(time_.steady(due));
  timer_.async_wait(
      [this, alive = std::weak_ptr<char>(alive_)](const boost::system::error_code& error) {
        if (error || alive.expired()) return;
        armed_ = never;
        send_what_is_due();
      });
}

}  // namespace lambdaprof::sandbox
