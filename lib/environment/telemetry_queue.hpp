// SPDX-License-Identifier: Apache-2.0
// What waits for one subscriber: events are gathered into batches, one of which is under way at a
// time and comes back if it was not delivered. Who carries it is the world's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "environment/subscription.hpp"

namespace lambdaprof::environment {

struct telemetry_batch {
  std::uint64_t sequence = 0;  ///< from 1; the same for each attempt
  std::string body;            ///< HTTP: a JSON array; TCP: one event a line
  std::uint64_t bytes = 0;     ///< of the events alone
  std::uint32_t records = 0;
};

/// What a `platform.logsDropped` tells.
struct dropped_events {
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::string_view reason;
};

class telemetry_queue {
 public:
  // DOC says "with back-off" and no numbers, RIE does not try again; these are ours to choose: what
  // cannot be delivered for three seconds is given up.
  static constexpr std::uint32_t most_attempts = 6;
  static constexpr span first_retry_after = std::chrono::milliseconds(100);  ///< then twice as long
  /// So many batches may wait behind the one that is under way; ours to choose, RIE keeps one.
  static constexpr std::uint32_t waiting_batches = 2;

  telemetry_queue(const buffering_settings& settings, delivery_protocol protocol);

  /// `event` is the text of one JSON object on one line. The newest is what is dropped if too much
  /// waits.
  void add(instant now, std::string_view event);
  /// What waits now is due at once, an attempt that was put off included.
  void flush();

  /// When `take` gives something: `never` while a batch is under way or if nothing waits.
  instant due() const;
  /// The next batch, or the one that has to be tried again, if it is due. It stays where it is
  /// until `delivered` or `failed` is told of it.
  const telemetry_batch* take(instant now);
  void delivered();
  void failed(instant now);

  /// Dropped since it was last asked; nothing as long as there is no room to say so. Once for each
  /// reason.
  std::optional<dropped_events> take_dropped();

  /// Nothing waits and nothing is under way.
  bool is_idle() const { return waiting_.empty() && !current_; }

 private:
  struct waiting_event {
    instant came;
    std::string text;
  };

  bool has_whole_batch() const;
  void form_batch();

  buffering_settings settings_;
  delivery_protocol protocol_;
  std::deque<waiting_event> waiting_;
  std::uint64_t waiting_bytes_ = 0;
  std::size_t flushing_ = 0;  // so many of the waiting ones are due whatever their age

  std::optional<telemetry_batch> current_;
  bool under_way_ = false;
  std::uint32_t attempts_ = 0;
  instant retry_at_{};
  std::uint64_t last_sequence_ = 0;

  dropped_events too_slow_;
  dropped_events undelivered_;
};

}  // namespace lambdaprof::environment
