// SPDX-License-Identifier: Apache-2.0
#include "sandbox/process.hpp"

#include <algorithm>
#include <utility>

namespace lambdaprof::sandbox {
namespace {

/// What the journal keeps of one process's output, and the least that a line counts for.
constexpr std::int64_t room_of_a_process = std::int64_t{1024} * 1024;
constexpr std::size_t least_cost = 64;

}  // namespace

result<process::pipes> process::make_pipes() {
  auto out = host::make_pipe();
  if (!out) return out.error();
  auto err = host::make_pipe();
  if (!err) return err.error();
  return pipes{std::move(*out), std::move(*err)};
}

process::process(boost::asio::io_context& loop, const host::clock& time, host::launched started,
                 pipes output, std::int64_t& room, line on_line, end on_end)
    : loop_(loop),
      time_(time),
      child_(loop, std::move(started)),
      on_line_(std::move(on_line)),
      room_of_all_(room),
      room_(room_of_a_process) {
  child_.on_exit(std::move(on_end));
  listen_to(journal::stream::out, std::move(output.out.read));
  listen_to(journal::stream::err, std::move(output.err.read));
}

void process::listen_to(journal::stream from, host::descriptor read_end) {
  auto& pipe = from == journal::stream::out ? out_ : err_;
  pipe.emplace(loop_, std::move(read_end), time_,
               [this, from](instant at, std::string_view text) { take(at, from, text); });
}

void process::take(instant at, journal::stream from, std::string_view text) {
  // Empty lines take room as well.
  const auto cost = static_cast<std::int64_t>(std::max<std::size_t>(text.size() + 1, least_cost));
  if (cost > room_ || cost > room_of_all_) {
    dropped_ += text.size() + 1;
    return;
  }
  room_ -= cost;
  room_of_all_ -= cost;
  on_line_(at, from, text);
}

std::uint64_t process::close_output() {
  for (auto* pipe : {&out_, &err_}) {
    if (!*pipe) continue;
    (*pipe)->finish();
    dropped_ += (*pipe)->dropped();
    pipe->reset();
  }
  return std::exchange(dropped_, 0);
}

}  // namespace lambdaprof::sandbox
