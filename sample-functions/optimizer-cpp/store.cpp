// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/store.hpp"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace optimizer {
namespace {

using namespace std::chrono_literals;
using kind = store_error::kind;

constexpr auto command_limit = 2s;

}  // namespace

store_address parse_store_url(std::string_view url) {
  constexpr std::string_view scheme = "rediss://";
  const auto refuse = [&] {
    throw std::invalid_argument("STORE_URL must be rediss://localhost:PORT, not " +
                                (url.empty() ? "empty" : std::string(url)));
  };
  if (!url.starts_with(scheme)) refuse();
  std::string_view rest = url.substr(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto colon = rest.rfind(':');
  store_address address;
  if (colon == rest.npos || colon == 0) refuse();
  address.host = rest.substr(0, colon);
  const char* end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data() + colon + 1, end, address.port);
  if (error != std::errc{} || stop != end || address.port == 0) refuse();
  return address;
}

store::store(store_address address, std::string authority, std::atomic<std::uint64_t>& opened)
    : address_(std::move(address)), authority_(std::move(authority)), opened_(opened) {}

void store::ping(std::chrono::milliseconds limit) {
  command({"PING"}, limit);
}

std::optional<std::string> store::read(std::string_view key) {
  const reply answer = command({"GET", key}, command_limit);
  if (answer->type == REDIS_REPLY_NIL) return std::nullopt;
  if (answer->type != REDIS_REPLY_STRING)
    throw store_error(kind::wrong_answer, "the store answered GET with no string");
  return std::string(answer->str, static_cast<std::size_t>(answer->len));
}

void store::write(std::string_view key, std::string_view value) {
  command({"SET", key, value}, command_limit);
}

void store::write_if_missing(std::string_view key, std::string_view value) {
  command({"SET", key, value, "NX"}, command_limit);
}

void store::close() {
  const std::lock_guard lock(turn_);
  drop();
}

store::reply store::command(words command, std::chrono::milliseconds limit) {
  const std::lock_guard lock(turn_);
  const deadline until = std::chrono::steady_clock::now() + limit;
  const bool is_reused = connection_ != nullptr;
  reply answer;
  try {
    if (!connection_) open(until);
    answer = exchange(command, until);
  } catch (const store_error& error) {
    drop();
    // An idle connection that the peer has closed shows it only now. All commands may be repeated.
    if (!is_reused || error.what_kind() != kind::closed) throw;
  }
  if (!answer) {
    try {
      open(until);
      answer = exchange(command, until);
    } catch (const store_error&) {
      drop();
      throw;
    }
  }
  if (answer->type == REDIS_REPLY_ERROR)
    throw store_error(kind::wrong_answer, "the store refused: " + std::string(answer->str));
  return answer;
}

void store::open(deadline until) {
  if (!context_) context_ = make_tls_context(authority_);
  reader_.reset(::redisReaderCreate());
  connection_ = std::make_unique<tls_connection>(*context_, address_.host, address_.port, until);
  ++opened_;
}

void store::drop() {
  connection_.reset();
  reader_.reset();
}

store::reply store::exchange(words command, deadline until) {
  std::vector<const char*> arguments;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : command) {
    arguments.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* bytes = nullptr;
  const auto size = ::redisFormatCommandArgv(&bytes, static_cast<int>(arguments.size()),
                                             arguments.data(), sizes.data());
  if (size < 0) throw std::bad_alloc();
  const std::unique_ptr<char, decltype(&::redisFreeCommand)> formatted(bytes, &::redisFreeCommand);
  connection_->send({bytes, static_cast<std::size_t>(size)}, until);
  while (true) {
    void* whole = nullptr;
    if (::redisReaderGetReply(reader_.get(), &whole) != REDIS_OK)
      throw store_error(kind::wrong_answer,
                        std::string("the store does not speak Redis: ") + reader_->errstr);
    if (whole != nullptr) return reply(static_cast<redisReply*>(whole));
    std::array<char, 16384> block;
    const std::size_t count = connection_->receive(block, until);
    ::redisReaderFeed(reader_.get(), block.data(), count);
  }
}

}  // namespace optimizer
