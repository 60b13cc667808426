// SPDX-License-Identifier: Apache-2.0
// A test that listens itself, as a subscriber to telemetry does, and answers what it is posted as
// it likes.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/raw_client.hpp"
#include "host/descriptor.hpp"

namespace lambdaprof::conformance {

class subscriber {
 public:
  subscriber();

  std::uint16_t port() const { return port_; }
  /// What it says to PUT /telemetry; gathers as shortly as can be.
  std::string subscription(std::string_view types = R"("platform","function","extension")",
                           std::string_view protocol = "HTTP") const;

  /// The next batch that comes, unanswered. Fails the test if none does.
  posted take();
  void answer(int status);
  /// Takes batches and answers each with 200 until one has an event of this type. All of them.
  std::vector<nlohmann::json> until(std::string_view type);
  /// The events of all batches that come in this time, each answered with 200.
  std::vector<nlohmann::json> within(span time);
  /// Of TCP: the next line.
  nlohmann::json line();
  /// Ends the connection that there is.
  void hang_up();
  /// Nobody listens any more.
  void close();

 private:
  raw_client& peer();
  std::vector<nlohmann::json> batch();

  host::descriptor door_;
  std::uint16_t port_ = 0;
  std::unique_ptr<raw_client> peer_;
};

/// The types of events, in order.
std::vector<std::string> types_of(const std::vector<nlohmann::json>& events);

}  // namespace lambdaprof::conformance
