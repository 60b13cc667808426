// SPDX-License-Identifier: Apache-2.0
// What Lambda's log says of the extensions of one environment: EXTENSION when one is ready or has
// failed, TELEMETRY and LOGS when one subscribes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "report/log_text.hpp"

namespace lambdaprof::report {

class extension_lines {
 public:
  explicit extension_lines(const journal::journal& j) : journal_(j) {}

  /// Processes are launched, of which the extensions are counted anew.
  void begin() {
    all_.clear();
    is_ending_ = false;
  }
  /// From here on the end of an extension is no news.
  void expect_ends() { is_ending_ = true; }

  void add(std::uint32_t number, journal::text_id name);
  void registered(const journal::fact::extension_registered& f);
  std::string name_of(std::uint32_t number) const;

  // The line to write, if any.
  std::optional<std::string> launch_failed(const journal::fact::extension_launch_failed& f);
  std::optional<std::string> ready(std::uint32_t number);
  std::optional<std::string> failed(const journal::fact::extension_failed& f);
  std::optional<std::string> exited(std::uint32_t number);
  std::optional<std::string> subscribed(const journal::fact::subscribed& f) const;
  /// Of those that an init has waited for in vain.
  std::vector<std::string> init_failed();

 private:
  struct extension {
    std::string name;
    extension_events events;
    bool is_registered = false;
    bool is_told = false;  // what has become of its init
  };
  extension* at(std::uint32_t number) { return number < all_.size() ? &all_[number] : nullptr; }

  const journal::journal& journal_;
  std::vector<extension> all_;
  bool is_ending_ = false;
};

}  // namespace lambdaprof::report
