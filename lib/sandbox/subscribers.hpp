// SPDX-License-Identifier: Apache-2.0
// The subscribers of one environment: what is sent to each, when, and what is not.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "environment/subscription.hpp"
#include "environment/telemetry_queue.hpp"
#include "host/clock.hpp"

namespace lambdaprof::sandbox {

class subscribers {
 public:
  /// So many records and bytes for this extension were given up.
  using dropped =
      std::function<void(std::uint32_t extension, std::uint64_t records, std::uint64_t bytes)>;

  subscribers(boost::asio::io_context& loop, const host::clock& time, dropped tell);
  ~subscribers();

  void add(std::uint32_t extension, const lambdaprof::environment::subscription& s);
  void offer(std::uint32_t extension, std::string_view event);
  /// What stands still can take nothing.
  void freeze();
  void thaw();
  /// All that waits is sent at once.
  void flush();
  void clear();
  bool empty() const { return all_.empty(); }

 private:
  class outlet;
  void send_what_is_due();
  void arm();

  boost::asio::io_context& loop_;
  const host::clock& time_;
  dropped tell_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<outlet>> all_;
  instant armed_ = never;
  bool is_frozen_ = false;
  /// A timer that has gone off may be told of it when nobody is left to hear.
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace lambdaprof::sandbox
