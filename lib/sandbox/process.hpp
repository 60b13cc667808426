// SPDX-License-Identifier: Apache-2.0
// One process of an environment, the runtime's or an extension's, with its two pipes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "host/child.hpp"
#include "host/clock.hpp"
#include "host/pipe_lines.hpp"
#include "journal/entry.hpp"

namespace lambdaprof::sandbox {

class process {
 public:
  struct pipes {
    host::pipe_ends out;
    host::pipe_ends err;
  };
  static result<pipes> make_pipes();

  using line = std::function<void(instant, journal::stream, std::string_view)>;
  using end = std::function<void(const host::exit_report&)>;

  /// `room`: bytes of output that the journal still takes from all processes. `on_line` and
  /// `on_end` may not destroy this from inside.
  process(boost::asio::io_context& loop, const host::clock& time, host::launched started,
          pipes output, std::int64_t& room, line on_line, end on_end);
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  host::child& child() { return child_; }
  const host::child& child() const { return child_; }

  /// Tells the lines that are still in the pipes; for when the process has ended. How many bytes of
  /// its output were not taken.
  std::uint64_t close_output();

 private:
  void listen_to(journal::stream from, host::descriptor read_end);
  void take(instant at, journal::stream from, std::string_view text);

  boost::asio::io_context& loop_;
  const host::clock& time_;
  host::child child_;
  line on_line_;
  std::int64_t& room_of_all_;
  std::int64_t room_;
  std::uint64_t dropped_ = 0;
  std::optional<host::pipe_lines> out_;
  std::optional<host::pipe_lines> err_;
};

}  // namespace lambdaprof::sandbox
