// SPDX-License-Identifier: Apache-2.0
// Posts to a process on this machine that listens itself, such as a subscriber: HTTP/1.1, one post
// at a time, on one connection as long as the peer keeps it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "wire/message.hpp"

namespace lambdaprof::net {

class poster {
 public:
  /// The status of the answer, whatever it is, or why there is none. It may post again or destroy
  /// the poster.
  using done = std::function<void(const result<std::uint16_t>&)>;

  /// What is read of the body of an answer, to keep the connection; nobody looks at it.
  static constexpr std::size_t answer_limit = std::size_t{64} * 1024;

  /// A post that takes longer than `limit` has failed. `path` is that of a URI, as it stands in a
  /// request. The poster dies before the loop.
  poster(boost::asio::io_context& loop, std::uint16_t port, std::string path, span limit);
  poster(poster&&) noexcept;
  poster& operator=(poster&&) = delete;
  /// Nothing is told any more.
  ~poster();

  /// Not while one is under way; nothing is told from inside this call.
  void post(std::string body, std::string_view content_type, const std::vector<wire::header>& more,
            done told);
  bool is_busy() const;

 private:
  struct state;
  class exchange;
  std::unique_ptr<state> state_;
};

}  // namespace lambdaprof::net
