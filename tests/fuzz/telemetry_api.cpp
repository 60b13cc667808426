// SPDX-License-Identifier: Apache-2.0
// Any body is a subscription within its limits, which reads the same when it is written out, or is
// refused in words that can stand in the answer.
#include "wire/telemetry_api.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

namespace environment = lambdaprof::environment;
namespace wire = lambdaprof::wire;
using environment::delivery_protocol;
using environment::subscription;
using environment::subscription_api;
using nlohmann::json;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string written(const subscription& s) {
  constexpr std::array<const char*, 5> schemas{"2020-08-15", "2021-03-18", "2022-07-01",
                                               "2022-12-13", "2025-01-29"};
  json types = json::array();
  if (s.types.platform) types.push_back("platform");
  if (s.types.function) types.push_back("function");
  if (s.types.extension) types.push_back("extension");
  json destination;
  if (s.destination.protocol == delivery_protocol::http) {
    destination["protocol"] = "HTTP";
    destination["URI"] =
        "http://sandbox:" + std::to_string(s.destination.port) + s.destination.path;
  } else {
    destination["protocol"] = "TCP";
    destination["port"] = s.destination.port;
  }
  json all;
  all["schemaVersion"] = schemas.at(static_cast<std::size_t>(s.schema));
  all["types"] = types;
  all["buffering"] = {{"maxItems", s.buffering.max_items},
                      {"maxBytes", s.buffering.max_bytes},
                      {"timeoutMs", s.buffering.timeout / std::chrono::milliseconds(1)}};
  all["destination"] = destination;
  return all.dump();
}

void check_made(subscription_api api, const subscription& s) {
  using limits = environment::buffering_settings;
  require(s.api == api);
  require((s.schema < environment::telemetry_schema::v2022_07_01) ==
          (api == subscription_api::logs));
  require(s.types.platform || s.types.function || s.types.extension);
  require(s.buffering.max_items >= limits::fewest_items &&
          s.buffering.max_items <= limits::most_items);
  require(s.buffering.max_bytes >= limits::fewest_bytes &&
          s.buffering.max_bytes <= limits::most_bytes);
  require(s.buffering.timeout >= limits::shortest_timeout &&
          s.buffering.timeout <= limits::longest_timeout);
  require(s.destination.port != 0 && s.destination.port != environment::reserved_port);
  require(s.destination.path.starts_with('/') && is_plain(s.destination.path));
  const auto again = wire::read_subscription(api, written(s));
  require(std::holds_alternative<subscription>(again) && std::get<subscription>(again) == s);
}

void check_refused(subscription_api api, const wire::invalid_subscription& invalid) {
  require(!invalid.message.empty() && invalid.message.size() < 1000);
  std::string out;
  wire::render(out, api, invalid);
  const std::size_t body = out.find("\r\n\r\n");
  require(body != std::string::npos);
  const json answer = json::parse(out.substr(body + 4), nullptr, false);
  require(answer.is_object() && answer["errorMessage"] == invalid.message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto api : {subscription_api::telemetry, subscription_api::logs}) {
    const auto read = wire::read_subscription(api, body);
    if (const auto* made = std::get_if<subscription>(&read)) check_made(api, *made);
    if (const auto* refused = std::get_if<wire::invalid_subscription>(&read))
      check_refused(api, *refused);
  }
  return 0;
}
