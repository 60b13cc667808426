// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/tls_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "optimizer-cpp/base64.hpp"

namespace optimizer {
namespace {

using kind = store_error::kind;

std::string last_openssl_error() {
  const unsigned long code = ::ERR_get_error();
  const char* reason = ::ERR_reason_error_string(code);
  return reason == nullptr ? std::strerror(errno) : reason;
}

int clamped(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

std::unique_ptr<SSL_CTX, free_openssl> make_tls_context(std::string_view authority) {
  std::unique_ptr<SSL_CTX, free_openssl> context(::SSL_CTX_new(::TLS_client_method()));
  if (!context) throw std::runtime_error("OpenSSL: " + last_openssl_error());
  ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // Many a server just closes; the protocol on top sees whether an answer is whole.
  ::SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (authority.empty()) {
    ::SSL_CTX_set_default_verify_paths(context.get());
    return context;
  }
  const auto der = from_base64(authority);
  if (!der) throw std::invalid_argument("STORE_CA is not base64 on one line");
  const auto* bytes = reinterpret_cast<const unsigned char*>(der->data());
  const std::unique_ptr<X509, decltype(&::X509_free)> certificate(
      ::d2i_X509(nullptr, &bytes, static_cast<long>(der->size())), &::X509_free);
  if (!certificate) throw std::invalid_argument("STORE_CA is not the DER of a certificate");
  if (::X509_STORE_add_cert(::SSL_CTX_get_cert_store(context.get()), certificate.get()) != 1)
    throw std::invalid_argument("STORE_CA cannot be trusted: " + last_openssl_error());
  return context;
}

tls_connection::tls_connection(SSL_CTX& context, const std::string& host, std::uint16_t port,
                               deadline until)
    : tls_(::SSL_new(&context)) {
  if (!tls_) throw std::runtime_error("OpenSSL: " + last_openssl_error());
  try {
    connect(host, port, until);
    shake_hands(host, until);
  } catch (...) {
    if (socket_ >= 0) ::close(socket_);
    throw;
  }
}

tls_connection::~tls_connection() {
  // Says goodbye without waiting for an answer, where that is allowed.
  if (::SSL_is_init_finished(tls_.get()) == 1) ::SSL_shutdown(tls_.get());
  ::ERR_clear_error();
  ::close(socket_);
}

void tls_connection::connect(const std::string& host, std::uint16_t port, deadline until) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const char* numeric = host == "localhost" ? "127.0.0.1" : host.c_str();
  if (::inet_pton(AF_INET, numeric, &address.sin_addr) != 1)
    throw store_error(kind::unreachable, host + " is neither localhost nor an IPv4 address");
  const std::string name = host + ":" + std::to_string(port);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int error = socket_ < 0 ? errno : 0;
  if (error == 0) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      error = errno;
  }
  if (error == EINPROGRESS) {
    wait_for(POLLOUT, until, "connecting to");
    socklen_t size = sizeof error;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0)
    throw store_error(kind::unreachable, "cannot connect to " + name + ": " + std::strerror(error));
}

void tls_connection::shake_hands(const std::string& host, deadline until) {
  in_addr numeric{};
  if (::inet_pton(AF_INET, host.c_str(), &numeric) == 1) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(tls_.get()), host.c_str());
  } else {
    ::SSL_set1_host(tls_.get(), host.c_str());
    ::SSL_set_tlsext_host_name(tls_.get(), host.c_str());
  }
  ::SSL_set_fd(tls_.get(), socket_);
  try {
    complete([&] { return ::SSL_connect(tls_.get()); }, until, "shaking hands with");
  } catch (const store_error&) {
    const long verdict = ::SSL_get_verify_result(tls_.get());
    if (verdict == X509_V_OK) throw;
    throw store_error(kind::untrusted,
                      std::string("the certificate of the store is not trusted: ") +
                          ::X509_verify_cert_error_string(verdict));
  }
}

void tls_connection::send(std::string_view bytes, deadline until) {
  while (!bytes.empty()) {
    const int sent =
        complete([&] { return ::SSL_write(tls_.get(), bytes.data(), clamped(bytes.size())); },
                 until, "writing to");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t tls_connection::receive(std::span<char> block, deadline until) {
  return static_cast<std::size_t>(
      complete([&] { return ::SSL_read(tls_.get(), block.data(), clamped(block.size())); }, until,
               "waiting for"));
}

void tls_connection::wait_for(short events, deadline until, const char* doing) {
  using namespace std::chrono;
  pollfd awaited{.fd = socket_, .events = events, .revents = 0};
  while (true) {
    // Asks once more when time is up: what came while this process was frozen did come.
    const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
    const int ready = ::poll(&awaited, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return;
    if (ready == 0)
      throw store_error(kind::slow, std::string("the time is up, ") + doing + " the store");
    if (errno != EINTR) throw store_error(kind::unreachable, std::strerror(errno));
  }
}

template <typename Operation>
int tls_connection::complete(Operation operation, deadline until, const char* doing) {
  while (true) {
    ::ERR_clear_error();
    errno = 0;
    const int result = operation();
    if (result > 0) return result;
    switch (::SSL_get_error(tls_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        wait_for(POLLIN, until, doing);
        break;
      case SSL_ERROR_WANT_WRITE:
        wait_for(POLLOUT, until, doing);
        break;
      case SSL_ERROR_ZERO_RETURN:
        throw store_error(kind::closed, "the store closed the connection");
      case SSL_ERROR_SYSCALL:
        throw store_error(kind::closed, std::string(doing) + " the store: " + std::strerror(errno));
      default:
        throw store_error(kind::wrong_answer,
                          std::string(doing) + " the store: " + last_openssl_error());
    }
  }
}

}  // namespace optimizer
