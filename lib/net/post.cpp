// SPDX-License-Identifier: Apache-2.0
#include "net/post.hpp"

#include <fmt/format.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <utility>

#include "net/attempt.hpp"
#include "net/request_parser.hpp"

namespace lambdaprof::net {
namespace {

/// Of an answer that is not looked at.
constexpr std::size_t answer_head_limit = std::size_t{64} * 1024;

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using post_request = http::request<http::string_body>;

beast::string_view as_text(std::string_view t) {
  return {t.data(), t.size()};
}

}  // namespace

struct poster::state {
  asio::io_context& loop;
  std::uint16_t port;
  std::string path;
  span limit;
  attempt::socket idle;
  std::shared_ptr<exchange> current;
};

/// Holds all that an operation under way refers to, so that the next post never meets the remains
/// of one that was given up.
class poster::exchange final : public attempt {
 public:
  exchange(state& owner, attempt::socket kept, post_request request, done told)
      : attempt(owner.loop, owner.port, std::move(kept)),
        owner_(owner),
        request_(std::move(request)),
        told_(std::move(told)) {}

 private:
  std::shared_ptr<exchange> self() {
    return std::static_pointer_cast<exchange>(shared_from_this());
  }

  void on_connected() override {
    http::async_write(peer(), request_, [self = self()](const error_code& error, std::size_t) {
      if (self->is_over()) return;
      if (error) return self->broke(error);
      self->read_head();
    });
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(answer_head_limit));
    parser_->body_limit(boost::none);
    http::async_read_header(peer(), buffer_, *parser_,
                            [self = self()](const error_code& error, std::size_t) {
                              if (!self->is_over()) self->on_head(error);
                            });
  }

  void on_head(const error_code& error) {
    if (error) {
      const bool has_begun = parser_->got_some() || buffer_.size() > 0;
      return broke(error == http::error::end_of_stream ? error_code(asio::error::eof) : error,
                   has_begun ? answer::begun : answer::none);
    }
    const unsigned status = parser_->get().result_int();
    if (status < 200) return read_head();
    // From here on the post has its answer; what is still to be read is for the connection only.
    status_ = static_cast<std::uint16_t>(status);
    if (parser_->content_length().value_or(0) > answer_limit) return finish();
    parser_->body_limit(answer_limit);
    http::async_read(peer(), buffer_, *parser_,
                     [self = self()](const error_code& failed, std::size_t) {
                       if (self->is_over()) return;
                       if (!failed && self->parser_->keep_alive() && self->buffer_.size() == 0)
                         self->owner_.idle = std::move(self->peer());
                       self->finish();
                     });
  }

  void on_failed(fault why) override { finish(std::move(why)); }

  void on_late() override {
    if (status_ != 0) return finish();
    finish(failure("it did not answer in time"));
  }

  void finish() { finish(status_); }

  void finish(const result<std::uint16_t>& outcome) {
    const auto alive = self();
    abandon();
    owner_.current.reset();
    const done told = std::move(told_);
    told(outcome);
  }

  state& owner_;
  post_request request_;
  done told_;
  beast::flat_buffer buffer_{answer_head_limit + answer_limit};
  std::optional<http::response_parser<http::string_body>> parser_;
  std::uint16_t status_ = 0;
};

poster::poster(asio::io_context& loop, std::uint16_t port, std::string path, span limit)
    : state_(new state{loop, port, std::move(path), limit, attempt::socket(loop), nullptr}) {}

poster::poster(poster&&) noexcept = default;

poster::~poster() {
  if (state_ && state_->current) state_->current->abandon();
}

void poster::post(std::string body, std::string_view content_type,
                  const std::vector<wire::header>& more, done told) {
  ensure(!is_busy(), "one post is under way at a time");
  state& s = *state_;
  post_request request{http::verb::post, as_text(s.path), 11, std::move(body)};
  request.set(http::field::host, fmt::format("sandbox.localdomain:{}", s.port));
  request.set(http::field::content_type, as_text(content_type));
  for (const wire::header& h : more) request.insert(h.name, h.value);
  request.prepare_payload();

  attempt::socket kept(s.loop);
  if (s.idle.is_open()) std::swap(kept, s.idle);
  error_code ignored;
  // What nobody has asked for, such as a word about idling too long, is the end as well.
  if (kept.is_open() && attempt::look(kept) != attempt::found::nothing) kept.close(ignored);
  s.current = std::make_shared<exchange>(s, std::move(kept), std::move(request), std::move(told));
  s.current->start(s.limit);
}

bool poster::is_busy() const {
  return state_->current != nullptr;
}

}  // namespace lambdaprof::net
