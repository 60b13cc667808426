// SPDX-License-Identifier: Apache-2.0
// One TLS connection with deadlines, on OpenSSL. Debian 12 has hiredis without its TLS part, so
// hiredis only speaks the protocol (store.cpp) and the bytes go through here.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace optimizer {

using deadline = std::chrono::steady_clock::time_point;

class store_error : public std::runtime_error {
 public:
  enum class kind { unreachable, slow, closed, untrusted, wrong_answer };
  store_error(kind what, const std::string& message) : std::runtime_error(message), kind_(what) {}
  kind what_kind() const { return kind_; }

 private:
  kind kind_;
};

struct free_openssl {
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
  void operator()(SSL* connection) const { ::SSL_free(connection); }
};

/// Whom to trust: the certificate given as base64 of its DER, or the system's roots if that is
/// empty.
std::unique_ptr<SSL_CTX, free_openssl> make_tls_context(std::string_view authority);

class tls_connection {
 public:
  /// The host is localhost or an IPv4 address: a static binary cannot ask for more (see the
  /// README).
  tls_connection(SSL_CTX& context, const std::string& host, std::uint16_t port, deadline until);
  ~tls_connection();
  tls_connection(const tls_connection&) = delete;
  tls_connection& operator=(const tls_connection&) = delete;

  void send(std::string_view bytes, deadline until);
  /// At least one byte; throws store_error (closed) if the peer has closed.
  std::size_t receive(std::span<char> block, deadline until);

 private:
  void connect(const std::string& host, std::uint16_t port, deadline until);
  void shake_hands(const std::string& host, deadline until);
  void wait_for(short events, deadline until, const char* doing);
  /// Repeats an operation of OpenSSL until it is done; its positive result.
  template <typename Operation>
  int complete(Operation operation, deadline until, const char* doing);

  int socket_ = -1;
  std::unique_ptr<SSL, free_openssl> tls_;
};

}  // namespace optimizer
