// SPDX-License-Identifier: Apache-2.0
#include "net/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <utility>

#include "base/result.hpp"

namespace lambdaprof::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using stage = request_parser::stage;

/// What a peer may still send after its last answer; closing earlier could destroy the answer on
/// its way.
constexpr std::uint64_t drain_limit = 2 * wire::body_limit;

}  // namespace

connection::connection(socket s, handler& owner, const clock& now)
    : socket_(std::move(s)), owner_(owner), now_(now), received_(new char[capacity]) {}

void connection::start() {
  error_code ignored;  // a peer that is gone already shows itself when read
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  read();
}

void connection::close() {
  phase_ = phase::closed;
  if (timer_) timer_->cancel();
  error_code ignored;
  socket_.close(ignored);
}

// Reading goes on while a request waits for its answer, to notice a peer that goes away; what it
// sends meanwhile stays in the buffer, and a full buffer is not read into.
void connection::read() {
  if (read_pending_ || peer_done_ || phase_ == phase::closed) return;
  if (pause_ > span{}) return pause();
  if (begin_ > 0) {
    std::memmove(received_.get(), received_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == capacity) return;
  read_pending_ = true;
  socket_.async_read_some(
      asio::buffer(received_.get() + end_, std::min(capacity - end_, most_at_once_)),
      [self = shared_from_this()](const error_code& error, std::size_t bytes) {
        self->read_pending_ = false;
        self->on_read(error, bytes);
      });
}

void connection::on_read(const error_code& error, std::size_t bytes) {
  if (phase_ == phase::closed) return;
  if (error) return on_peer_done();
  if (phase_ == phase::draining) {
    drained_ += bytes;
    begin_ = end_ = 0;
    if (drained_ > drain_limit) return close();
  } else {
    end_ += bytes;
    take_up(now_());
  }
  read();
}

void connection::on_peer_done() {
  peer_done_ = true;
  switch (phase_) {
    case phase::reading:
      if (parser_.at() != stage::body) return lose();
      parser_.put_end();
      phase_ = phase::answering;
      return owner_.on_request(*this, parser_.message(), first_byte_, now_());
    case phase::answering:
      return lose();
    case phase::writing:
      return;  // the answer may still arrive; if not, writing it fails
    case phase::draining:
      return close();
    case phase::closed:
      return;
  }
}

void connection::take_up(instant now) {
  taking_up_ = true;
  while (phase_ == phase::reading && begin_ < end_) {
    if (parser_.at() == stage::done) parser_.restart();
    if (!parser_.has_begun()) first_byte_ = now;
    const stage before = parser_.at();
    begin_ += parser_.put({received_.get() + begin_, end_ - begin_});
    // No line of a chunk is as long as the buffer.
    if (end_ - begin_ == capacity) parser_.put_end();
    if (parser_.at() == stage::malformed) {
      refuse();
    } else if (parser_.at() == stage::done) {
      phase_ = phase::answering;
      owner_.on_request(*this, parser_.message(), first_byte_, now);
      // A request that was sent ahead is taken up now, whenever it came.
      if (phase_ == phase::reading && begin_ < end_) now = now_();
    } else {
      if (before == stage::head && parser_.at() == stage::body) go_on();
      tell_body(now);
      break;
    }
  }
  taking_up_ = false;
}

void connection::go_on() {
  told_ = 0;
  if (!parser_.expects_continue()) return;
  // Nothing else is on its way out, so these few bytes always fit.
  error_code ignored;
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  socket_.write_some(asio::buffer(go_on), ignored);
}

void connection::tell_body(instant now) {
  const std::uint64_t come = parser_.message().body_bytes;
  if (come == told_) return;
  told_ = come;
  pause_ = owner_.on_body(*this, parser_.message(), now);
}

// Whoever sends notices nothing but a buffer that is full.
void connection::pause() {
  if (!timer_) timer_.emplace(socket_.get_executor());
  read_pending_ = true;
  timer_->expires_after(pause_);
  timer_->async_wait([self = shared_from_this()](const error_code&) {
    self->read_pending_ = false;
    self->pause_ = span{};
    self->read();
  });
}

void connection::refuse() {
  phase_ = phase::answering;
  write(fmt::format(
      "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      parser_.status() == 431 ? "431 Request Header Fields Too Large" : "400 Bad Request"));
  owner_.on_malformed(*this, parser_.status(), parser_.what());
}

void connection::write(std::string_view head, std::string_view body) {
  if (phase_ == phase::closed) return;
  ensure(phase_ == phase::answering, "an answer is given to a request, and once");
  if (parser_.message().method == "HEAD") {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    head = head.substr(0, head.find(end_of_head) + end_of_head.size());
    body = {};
  }
  error_code error;
  std::size_t sent = socket_.write_some(std::array{asio::buffer(head), asio::buffer(body)}, error);
  if (error == asio::error::would_block) {
    sent = 0;
  } else if (error) {
    // The owner is told from the loop, not from inside its own call.
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->lose(); });
    return;
  }
  if (sent == head.size() + body.size()) return finish();

  phase_ = phase::writing;
  const std::size_t sent_of_head = std::min(sent, head.size());
  unsent_head_ = head.substr(sent_of_head);
  body.remove_prefix(sent - sent_of_head);
  asio::async_write(socket_,
                    std::array{asio::buffer(std::as_const(unsent_head_)), asio::buffer(body)},
                    [self = shared_from_this()](const error_code& failed, std::size_t) {
                      if (failed) return self->lose();
                      if (self->phase_ == phase::writing) self->finish();
                    });
}

void connection::finish() {
  if (peer_done_ || !parser_.keeps_alive()) return drain();
  phase_ = phase::reading;
  if (begin_ == end_ || taking_up_) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == phase::reading) self->take_up(self->now_());
    self->read();
  });
}

void connection::drain() {
  if (peer_done_) return close();
  phase_ = phase::draining;
  error_code ignored;
  socket_.shutdown(socket::shutdown_send, ignored);
  if (!read_pending_) begin_ = end_ = 0;
  read();
}

void connection::lose() {
  if (phase_ == phase::closed) return;
  close();
  owner_.on_closed(*this);
}

}  // namespace lambdaprof::net
