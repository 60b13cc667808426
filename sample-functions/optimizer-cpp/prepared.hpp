// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace optimizer {

/// Something that is made for each request, or kept for a time. Whoever needs it while another
/// thread makes it waits; if it is not begun yet, makes it. What cannot be made is tried again next
/// time.
template <typename Thing>
class prepared {
 public:
  using clock = std::chrono::system_clock;

  prepared(bool is_kept, std::function<Thing()> make, clock::duration life = clock::duration::max())
      : is_kept_(is_kept), make_(std::move(make)), life_(life) {}

  std::shared_ptr<Thing> get() {
    if (!is_kept_) return std::make_shared<Thing>(make_());
    const std::lock_guard lock(mutex_);
    const auto now = clock::now();
    if (!thing_ || now - since_ >= life_) {
      thing_ = std::make_shared<Thing>(make_());
      since_ = now;
    }
    return thing_;
  }

  void prepare() {
    if (is_kept_) get();
  }

 private:
  bool is_kept_;
  std::function<Thing()> make_;
  clock::duration life_;
  std::mutex mutex_;
  std::shared_ptr<Thing> thing_;
  clock::time_point since_;
};

}  // namespace optimizer
