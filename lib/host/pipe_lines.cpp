// SPDX-License-Identifier: Apache-2.0
#include "host/pipe_lines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <string>

namespace lambdaprof::host {
namespace {

using boost::asio::posix::stream_descriptor;

constexpr std::size_t bytes_per_read = std::size_t{64} * 1024;

/// What a pipe holds is 64 KiB unless somebody enlarged it, then at most 1 MiB.
constexpr int reads_to_finish = 32;

}  // namespace

result<pipe_ends> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fault{fault_kind::host, std::string("cannot make a pipe: ") + std::strerror(errno), "",
                 "raise the limit of open files: ulimit -n"};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return pipe_ends{descriptor(ends[0]), descriptor(ends[1])};
}

struct pipe_lines::reader : std::enable_shared_from_this<reader> {
  reader(boost::asio::io_context& loop, descriptor end, const clock& t, line_callback callback,
         std::size_t bytes)
      : pipe(loop, end.release()), time(t), line(std::move(callback)), budget(bytes) {}

  void await() {
    pipe.async_wait(stream_descriptor::wait_read,
                    [self = shared_from_this()](const boost::system::error_code& error) {
                      if (error) return;
                      self->read_once();
                      if (self->is_open()) self->await();
                    });
  }

  bool is_open() const { return pipe.is_open(); }

  /// False if there was nothing to read. The buffer is this call's own, since a callback may read
  /// another pipe.
  bool read_once() {
    char buffer[bytes_per_read];
    const ssize_t got = ::read(pipe.native_handle(), buffer, sizeof buffer);
    if (got > 0) {
      take({buffer, static_cast<std::size_t>(got)}, time.now());
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      end();
    }
    return got > 0;
  }

  void take(std::string_view bytes, instant at) {
    std::string_view kept = bytes.substr(0, budget);
    budget -= kept.size();
    dropped += bytes.size() - kept.size();
    for (std::size_t end = 0; (end = kept.find('\n')) != std::string_view::npos && is_open();
         kept.remove_prefix(end + 1)) {
      append(kept.substr(0, end));
      deliver(at);
    }
    if (!kept.empty()) append(kept);
    if (budget == 0 && is_begun) deliver(at);
  }

  void append(std::string_view part) {
    is_begun = true;
    const std::size_t room = longest_line - partial.size();
    dropped += part.size() - std::min(part.size(), room);
    partial.append(part.substr(0, room));
  }

  void deliver(instant at) {
    is_begun = false;
    const std::string whole = std::exchange(partial, {});
    if (is_open()) line(at, whole);
  }

  void end() {
    if (is_begun) deliver(time.now());
    close();
  }

  void close() {
    boost::system::error_code ignored;
    pipe.close(ignored);
  }

  stream_descriptor pipe;
  const clock& time;
  line_callback line;
  std::size_t budget;
  std::string partial;
  bool is_begun = false;  ///< a line that may well be empty so far
  std::uint64_t dropped = 0;
};

pipe_lines::pipe_lines(boost::asio::io_context& loop, descriptor read_end, const clock& time,
                       line_callback line, std::size_t budget)
    : reader_(std::make_shared<reader>(loop, std::move(read_end), time, std::move(line), budget)) {
  reader_->await();
}

pipe_lines::~pipe_lines() {
  if (reader_) reader_->close();
}

void pipe_lines::finish() {
  const std::shared_ptr<reader> r = reader_;
  // Bounded: whoever holds the other end may never stop writing.
  for (int reads = 0; reads < reads_to_finish && r->is_open() && r->read_once(); ++reads) {
  }
  if (r->is_open()) r->end();
}

bool pipe_lines::has_ended() const {
  return !reader_->is_open();
}

std::uint64_t pipe_lines::dropped() const {
  return reader_->dropped;
}

}  // namespace lambdaprof::host
