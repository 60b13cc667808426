// SPDX-License-Identifier: Apache-2.0
#include "environment/telemetry_queue.hpp"

#include <algorithm>
#include <utility>

#include "base/result.hpp"

namespace lambdaprof::environment {

telemetry_queue::telemetry_queue(const buffering_settings& settings, delivery_protocol protocol)
    : settings_(settings), protocol_(protocol) {
  // The words of the first are DOC's; how it words the second is unconfirmed.
  too_slow_.reason =
      "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.";
  undelivered_.reason = "Some logs were dropped because they could not be delivered.";
}

void telemetry_queue::add(instant now, std::string_view event) {
  const auto most_items = std::size_t{settings_.max_items} * waiting_batches;
  const auto most_bytes = std::uint64_t{settings_.max_bytes} * waiting_batches;
  if (waiting_.size() >= most_items || waiting_bytes_ >= most_bytes) {
    too_slow_.bytes += event.size();
    ++too_slow_.records;
    return;
  }
  waiting_.push_back({now, std::string(event)});
  waiting_bytes_ += event.size();
}

void telemetry_queue::flush() {
  flushing_ = waiting_.size();
  retry_at_ = instant::min();
}

bool telemetry_queue::has_whole_batch() const {
  return waiting_.size() >= settings_.max_items || waiting_bytes_ >= settings_.max_bytes;
}

instant telemetry_queue::due() const {
  if (under_way_) return never;
  if (current_) return retry_at_;
  if (waiting_.empty()) return never;
  const instant oldest = waiting_.front().came;
  return flushing_ > 0 || has_whole_batch() ? oldest : oldest + settings_.timeout;
}

const telemetry_batch* telemetry_queue::take(instant now) {
  const instant when = due();
  if (when == never || when > now) return nullptr;
  if (!current_) form_batch();
  under_way_ = true;
  ++attempts_;
  return &*current_;
}

void telemetry_queue::form_batch() {
  // The event that fills a batch is in it, so that it can be larger than the limit by one event:
  // DOC warns of up to twice the limit.
  telemetry_batch batch;
  batch.sequence = ++last_sequence_;
  const bool is_array = protocol_ == delivery_protocol::http;
  batch.body.reserve(std::min<std::uint64_t>(waiting_bytes_, settings_.max_bytes) +
                     std::min<std::size_t>(waiting_.size(), settings_.max_items) + 2);
  if (is_array) batch.body += '[';
  while (!waiting_.empty() && batch.records < settings_.max_items &&
         batch.bytes < settings_.max_bytes) {
    const std::string& text = waiting_.front().text;
    if (is_array && batch.records > 0) batch.body += ',';
    batch.body += text;
    if (!is_array) batch.body += '\n';
    batch.bytes += text.size();
    ++batch.records;
    waiting_.pop_front();
  }
  if (is_array) batch.body += ']';
  waiting_bytes_ -= batch.bytes;
  flushing_ -= std::min<std::size_t>(flushing_, batch.records);
  attempts_ = 0;
  current_ = std::move(batch);
}

void telemetry_queue::delivered() {
  ensure(under_way_, "a batch is delivered that was taken");
  under_way_ = false;
  current_.reset();
}

void telemetry_queue::failed(instant now) {
  ensure(under_way_, "a batch fails that was taken");
  under_way_ = false;
  if (attempts_ < most_attempts) {
    retry_at_ = now + first_retry_after * (1U << (attempts_ - 1));
    return;
  }
  undelivered_.bytes += current_->bytes;
  undelivered_.records += current_->records;
  current_.reset();
}

std::optional<dropped_events> telemetry_queue::take_dropped() {
  // The event that tells it must not be dropped itself; and as long as more is dropped all the
  // time, one event for all of it is enough.
  if (waiting_.size() > settings_.max_items || waiting_bytes_ > settings_.max_bytes)
    return std::nullopt;
  for (dropped_events* account : {&too_slow_, &undelivered_}) {
    if (account->records == 0) continue;
    const dropped_events told = *account;
    account->bytes = account->records = 0;
    return told;
  }
  return std::nullopt;
}

}  // namespace lambdaprof::environment
