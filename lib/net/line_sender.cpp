// SPDX-License-Identifier: Apache-2.0
#include "net/line_sender.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "net/attempt.hpp"

namespace lambdaprof::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// What a peer says is thrown away; if it says too much, some of it stays for the next time.
bool is_still_open(attempt::socket& s) {
  constexpr int most_looks = 64;
  attempt::found last = attempt::found::bytes;
  for (int i = 0; i < most_looks && last == attempt::found::bytes; ++i) last = attempt::look(s);
  return last != attempt::found::end;
}

}  // namespace

struct line_sender::state {
  asio::io_context& loop;
  std::uint16_t port;
  span limit;
  attempt::socket idle;
  std::shared_ptr<sending> current;
};

class line_sender::sending final : public attempt {
 public:
  sending(state& owner, attempt::socket kept, std::string lines, done told)
      : attempt(owner.loop, owner.port, std::move(kept)),
        owner_(owner),
        lines_(std::move(lines)),
        told_(std::move(told)) {}

 private:
  void on_connected() override {
    asio::async_write(peer(), asio::buffer(std::as_const(lines_)),
                      [self = std::static_pointer_cast<sending>(shared_from_this())](
                          const error_code& error, std::size_t) {
                        if (self->is_over()) return;
                        if (error) return self->broke(error);
                        self->owner_.idle = std::move(self->peer());
                        self->finish({});
                      });
  }

  void on_failed(fault why) override { finish(std::move(why)); }
  void on_late() override { finish(failure("it did not read in time")); }

  void finish(const result<void>& outcome) {
    const auto alive = shared_from_this();
    abandon();
    owner_.current.reset();
    const done told = std::move(told_);
    told(outcome);
  }

  state& owner_;
  std::string lines_;
  done told_;
};

line_sender::line_sender(asio::io_context& loop, std::uint16_t port, span limit)
    : state_(new state{loop, port, limit, attempt::socket(loop), nullptr}) {}

line_sender::line_sender(line_sender&&) noexcept = default;

line_sender::~line_sender() {
  if (state_ && state_->current) state_->current->abandon();
}

void line_sender::send(std::string lines, done told) {
  ensure(!is_busy(), "lines are sent one after the other");
  state& s = *state_;
  attempt::socket kept(s.loop);
  if (s.idle.is_open()) std::swap(kept, s.idle);
  error_code ignored;
  if (kept.is_open() && !is_still_open(kept)) kept.close(ignored);
  s.current = std::make_shared<sending>(s, std::move(kept), std::move(lines), std::move(told));
  s.current->start(s.limit);
}

bool line_sender::is_busy() const {
  return state_->current != nullptr;
}

}  // namespace lambdaprof::net
