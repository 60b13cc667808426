// SPDX-License-Identifier: Apache-2.0
// Redis over one TLS connection, which is opened when it is needed, kept, and opened anew when the
// peer has closed it. May be used by many threads; they take turns.
#pragma once

#include <hiredis/hiredis.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "optimizer-cpp/tls_connection.hpp"

namespace optimizer {

struct store_address {
  std::string host;
  std::uint16_t port = 0;
};

/// rediss://HOST:PORT; throws std::invalid_argument otherwise.
store_address parse_store_url(std::string_view url);

class store {
 public:
  /// `opened` counts connections.
  store(store_address address, std::string authority, std::atomic<std::uint64_t>& opened);

  void ping(std::chrono::milliseconds limit);
  std::optional<std::string> read(std::string_view key);
  void write(std::string_view key, std::string_view value);
  void write_if_missing(std::string_view key, std::string_view value);
  void close();

 private:
  struct free_hiredis {
    void operator()(redisReader* reader) const { ::redisReaderFree(reader); }
    void operator()(redisReply* reply) const { ::freeReplyObject(reply); }
  };
  using reply = std::unique_ptr<redisReply, free_hiredis>;
  using words = std::initializer_list<std::string_view>;

  reply command(words command, std::chrono::milliseconds limit);
  void open(deadline until);
  void drop();
  reply exchange(words command, deadline until);

  store_address address_;
  std::string authority_;
  std::atomic<std::uint64_t>& opened_;
  std::mutex turn_;
  std::unique_ptr<SSL_CTX, free_openssl> context_;
  std::unique_ptr<tls_connection> connection_;
  std::unique_ptr<redisReader, free_hiredis> reader_;
};

}  // namespace optimizer
