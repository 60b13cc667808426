// SPDX-License-Identifier: Apache-2.0
#include "net/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

namespace lambdaprof::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t most_connections = 64;
/// When this machine has no descriptor left for another connection.
constexpr std::chrono::milliseconds retry_pause{20};

}  // namespace

struct listener::state : std::enable_shared_from_this<listener::state> {
  state(boost::asio::io_context& l, handler& o, clock n)
      : loop(l), owner(o), now(std::move(n)), acceptor(l), retry(l) {}

  /// -1 if there is none: nobody waits, or no descriptor is left.
  int next_caller() {
    int descriptor = -1;
    do {
      // Asio's own accept would leave the descriptor open to every process that is started
      // meanwhile.
      descriptor =
          ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (descriptor < 0 && (errno == EINTR || errno == ECONNABORTED));
    return descriptor;
  }

  void await() {
    acceptor.async_wait(tcp::socket::wait_read,
                        [self = shared_from_this()](const error_code& error) {
                          if (!error) self->accept_all();
                        });
  }

  void accept_all() {
    if (!acceptor.is_open()) return;
    for (int descriptor = next_caller(); descriptor >= 0; descriptor = next_caller())
      admit(descriptor);
    if (errno == EAGAIN) return await();
    retry.expires_after(retry_pause);
    retry.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error) self->accept_all();
    });
  }

  void admit(int descriptor) {
    std::erase_if(open, [](const auto& c) { return !c->is_open(); });
    connection::socket socket(loop);
    error_code error;
    if (open.size() < most_connections) socket.assign(tcp::v4(), descriptor, error);
    if (!socket.is_open()) {
      ::close(descriptor);
      return;
    }
    open.push_back(std::make_shared<connection>(std::move(socket), owner, now));
    open.back()->start();
  }

  void close_all() {
    for (const auto& c : std::exchange(open, {})) c->close();
    for (int waiting = next_caller(); waiting >= 0; waiting = next_caller()) ::close(waiting);
  }

  boost::asio::io_context& loop;
  handler& owner;
  clock now;
  boost::asio::basic_socket_acceptor<tcp, boost::asio::io_context::executor_type> acceptor;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      retry;
  std::vector<std::shared_ptr<connection>> open;
};

result<listener> listener::open(boost::asio::io_context& loop, handler& owner, clock now) {
  auto s = std::make_shared<state>(loop, owner, std::move(now));
  error_code error;
  s->acceptor.open(tcp::v4(), error);
  if (!error) s->acceptor.bind({boost::asio::ip::address_v4::loopback(), 0}, error);
  if (!error) s->acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (!error) s->acceptor.non_blocking(true, error);
  if (!error && ::fcntl(s->acceptor.native_handle(), F_SETFD, FD_CLOEXEC) != 0)
    error.assign(errno, boost::system::system_category());
  if (error)
    return fault{fault_kind::host, "cannot listen for the Runtime API: " + error.message(),
                 "127.0.0.1",
                 "raise the limit of open files if that is what is missing (ulimit -n)"};
  s->await();
  return listener(std::move(s));
}

listener::listener(std::shared_ptr<state> s) : state_(std::move(s)) {}

listener::~listener() {
  if (!state_) return;
  state_->close_all();
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->retry.cancel();
}

std::uint16_t listener::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void listener::close_all() {
  state_->close_all();
}

}  // namespace lambdaprof::net
