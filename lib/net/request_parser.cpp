// SPDX-License-Identifier: Apache-2.0
#include "net/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

namespace lambdaprof::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using text = boost::beast::string_view;

std::string_view view(text t) {
  return {t.data(), t.size()};
}

/// Fills a request as Beast finds its parts.
class filler final : public http::basic_parser<true> {
 public:
  explicit filler(wire::request& into) : message_(into) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(head_limit));
    body_limit(boost::none);  // a body above the limit is drained, so that the connection lives on
  }

  int version() const { return version_; }

 private:
  void on_request_impl(http::verb, text method, text target, int version,
                       error_code& error) override {
    message_.method = view(method);
    message_.target = view(target);
    version_ = version;
    count(method.size() + target.size(), error);
  }

  void on_response_impl(int, text, int, error_code&) override {}

  void on_field_impl(http::field, text name, text value, error_code& error) override {
    count(name.size() + value.size(), error);
    if (error) return;
    auto& list = is_header_done() ? message_.trailers : message_.headers;
    list.add(view(name), view(value));
  }

  void on_header_impl(error_code&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) message_.body.reserve(std::min(*length, wire::body_limit));
  }

  std::size_t on_body_impl(text part, error_code&) override {
    const std::size_t room = wire::body_limit - message_.body.size();
    message_.body.append(part.data(), std::min(part.size(), room));
    message_.body_bytes += part.size();
    return part.size();
  }

  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, text part, error_code& error) override {
    return on_body_impl(part, error);
  }

  void on_finish_impl(error_code&) override {
    if (message_.body_bytes > wire::body_limit) message_.body_state = wire::body_state::too_large;
  }

  /// Beast's own limit is on what it has not consumed yet, and it consumes field by field.
  void count(std::size_t bytes, error_code& error) {
    head_bytes_ += bytes + 4;
    if (head_bytes_ > head_limit) error = http::error::header_limit;
  }

  wire::request& message_;
  std::size_t head_bytes_ = 0;
  int version_ = 0;
};

}  // namespace

/// Beast's parsers serve one message each; this is the place of the current one.
struct request_parser::machine {
  std::optional<filler> current;
};

request_parser::request_parser() : machine_(std::make_unique<machine>()) {
  restart();
}
request_parser::~request_parser() = default;

void request_parser::restart() {
  message_.clear();
  machine_->current.emplace(message_);
  stage_ = stage::head;
  status_ = 0;
  what_.clear();
}

std::size_t request_parser::put(std::string_view bytes) {
  if (stage_ != stage::head && stage_ != stage::body) return 0;
  filler& parser = *machine_->current;
  // The end of a chunked body is at least five bytes long, and Beast 1.81 asserts that it sees that
  // many.
  constexpr std::size_t shortest_end = 5;
  if (bytes.empty() || (stage_ == stage::body && parser.chunked() && bytes.size() < shortest_end))
    return 0;
  error_code error;
  const std::size_t consumed =
      parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (parser.is_header_done()) stage_ = stage::body;
  if (parser.is_done()) stage_ = stage::done;
  if (error && error != http::error::need_more)
    refuse(error == http::error::header_limit ? 431 : 400, error.message());
  return consumed;
}

void request_parser::put_end() {
  if (stage_ != stage::body) return;
  message_.body_state = wire::body_state::truncated;
  stage_ = stage::done;
}

void request_parser::refuse(std::uint16_t status, std::string what) {
  if (stage_ == stage::body) return put_end();
  stage_ = stage::malformed;
  status_ = status;
  what_ = std::move(what);
}

bool request_parser::has_begun() const {
  return machine_->current->got_some();
}

bool request_parser::expects_continue() const {
  const auto expectation = message_.headers.find("Expect");
  return expectation && machine_->current->version() > 10 &&
         boost::beast::iequals(text(expectation->data(), expectation->size()), "100-continue");
}

bool request_parser::keeps_alive() const {
  return stage_ == stage::done && message_.body_state != wire::body_state::truncated &&
         machine_->current->version() > 10 && machine_->current->keep_alive();
}

}  // namespace lambdaprof::net
