// SPDX-License-Identifier: Apache-2.0
// What an extension has asked the Telemetry or the Logs API for, and the numbers that bound it
// (lambda-protocol §4). Marks: DOC the AWS documentation, RIE the emulator's code for managed
// instances.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "journal/outcome.hpp"

namespace lambdaprof::environment {

using subscription_api = journal::telemetry_api;

/// Each API knows its own; in the order of their dates.
enum class telemetry_schema : std::uint8_t {
  v2020_08_15,  ///< logs, and what it means to name none. DOC
  v2021_03_18,  ///< logs, with `platform.runtimeDone`. DOC
  v2022_07_01,  ///< telemetry
  v2022_12_13,  ///< telemetry; a JSON log line is an object. DOC
  v2025_01_29,  ///< telemetry; as the one before for an on-demand function. DOC
};

inline constexpr std::array<std::string_view, 5> telemetry_schema_names{
    "2020-08-15", "2021-03-18", "2022-07-01", "2022-12-13", "2025-01-29"};
constexpr std::string_view name(telemetry_schema s) {
  return telemetry_schema_names[static_cast<std::size_t>(s)];
}

struct event_types {
  bool platform = false;
  bool function = false;
  bool extension = false;

  friend bool operator==(const event_types&, const event_types&) = default;
};

/// How much is gathered before it is sent. DOC, RIE: the same limits in both, and for both APIs.
struct buffering_settings {
  static constexpr std::uint32_t fewest_items = 1000;
  static constexpr std::uint32_t most_items = 10'000;
  static constexpr std::uint32_t fewest_bytes = 262'144;
  static constexpr std::uint32_t most_bytes = 1'048'576;
  static constexpr span shortest_timeout = std::chrono::milliseconds(25);
  static constexpr span longest_timeout = std::chrono::seconds(30);

  /// The guide, the Logs API and RIE say 10 000, the reference of the Telemetry API alone 1 000.
  std::uint32_t max_items = most_items;
  std::uint32_t max_bytes = fewest_bytes;
  span timeout = std::chrono::seconds(1);

  friend bool operator==(const buffering_settings&, const buffering_settings&) = default;
};

enum class delivery_protocol : std::uint8_t { http, tcp };

/// Always on this machine: "sandbox.localdomain" is its name for the loopback interface.
struct delivery_address {
  delivery_protocol protocol = delivery_protocol::http;
  std::uint16_t port = 0;
  std::string path = "/";  ///< of HTTP, with the query; nothing in it that may not stand in a head

  friend bool operator==(const delivery_address&, const delivery_address&) = default;
};

/// The Runtime API of a real environment is there. DOC
inline constexpr std::uint16_t reserved_port = 9001;

struct subscription {
  subscription_api api = subscription_api::telemetry;
  telemetry_schema schema = telemetry_schema::v2022_12_13;
  event_types types;
  buffering_settings buffering;
  delivery_address destination;

  /// To ask for the same again changes nothing. DOC
  friend bool operator==(const subscription&, const subscription&) = default;
};

}  // namespace lambdaprof::environment
