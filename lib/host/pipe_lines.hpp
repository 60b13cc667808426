// SPDX-License-Identifier: Apache-2.0
// What a process writes, as lines with the instant at which we read them. Always drains the pipe,
// so that a chatty process is never stopped by us, but keeps only so much of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "host/clock.hpp"
#include "host/descriptor.hpp"

namespace boost::asio {
class io_context;
}

namespace lambdaprof::host {

struct pipe_ends {
  descriptor read;   ///< non-blocking
  descriptor write;  ///< blocking, for the process that is to be started
};

/// A pipe of which no process inherits an end by accident.
result<pipe_ends> make_pipe();

class pipe_lines {
 public:
  using line_callback = std::function<void(instant at, std::string_view line)>;

  static constexpr std::size_t longest_line = std::size_t{256} * 1024;
  static constexpr std::size_t default_budget = std::size_t{1024} * 1024;

  /// Reads from now on, one read per turn of the loop; `line` gets each line without its end. It
  /// may destroy this object; after its destruction nothing is called.
  pipe_lines(boost::asio::io_context& loop, descriptor read_end, const clock& time,
             line_callback line, std::size_t budget = default_budget);
  pipe_lines(pipe_lines&&) noexcept = default;
  pipe_lines& operator=(pipe_lines&&) = delete;
  ~pipe_lines();

  /// Reads what is in the pipe now, delivers it and the unterminated rest, and closes. For when the
  /// process has ended but something it left behind still holds the other end. Not from within
  /// `line`.
  void finish();

  /// True once all ends for writing are closed, or after `finish`.
  bool has_ended() const;

  /// Bytes that were read but not delivered: beyond the budget, or of a line longer than
  /// `longest_line`.
  std::uint64_t dropped() const;

 private:
  struct reader;
  std::shared_ptr<reader> reader_;
};

}  // namespace lambdaprof::host
