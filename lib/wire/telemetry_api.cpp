// SPDX-License-Identifier: Apache-2.0
#include "wire/telemetry_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "base/text.hpp"
#include "wire/json_body.hpp"
#include "wire/reply.hpp"

namespace lambdaprof::wire {
namespace {

using environment::buffering_settings;
using environment::delivery_protocol;
using environment::subscription;
using environment::subscription_api;
using environment::telemetry_schema;
using json = nlohmann::ordered_json;

/// A subscription has two levels; what is deeper is not even built.
constexpr int deepest = 8;

struct known_schema {
  subscription_api api;
  std::string_view name;
  telemetry_schema schema;
};
constexpr std::array<known_schema, 5> schemas{
    {{subscription_api::logs, "2020-08-15", telemetry_schema::v2020_08_15},
     {subscription_api::logs, "2021-03-18", telemetry_schema::v2021_03_18},
     {subscription_api::telemetry, "2022-07-01", telemetry_schema::v2022_07_01},
     {subscription_api::telemetry, "2022-12-13", telemetry_schema::v2022_12_13},
     {subscription_api::telemetry, "2025-01-29", telemetry_schema::v2025_01_29}}};

std::string_view api_name(subscription_api api) {
  return api == subscription_api::telemetry ? "Telemetry" : "Logs";
}

const json* member(const json& object, const char* key) {
  const auto at = object.find(key);
  return at == object.end() ? nullptr : &*at;
}

std::string_view text_of(const json& value) {
  return value.is_string() ? std::string_view(value.get_ref<const std::string&>())
                           : std::string_view();
}

std::optional<std::uint64_t> whole(const json& value, std::uint64_t low, std::uint64_t high) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  if (number < low || number > high) return std::nullopt;
  return number;
}

/// Reads part by part, and notes at most one objection for each.
class reader {
 public:
  explicit reader(subscription_api api) { made_.api = api; }

  std::variant<subscription, invalid_subscription> read(std::string_view body) {
    if (body.size() > subscription_limit) {
      object("the body should be smaller");
    } else if (const auto root = read_json(body, subscription_limit, deepest);
               !root || !root->is_object()) {
      object("the body should be a JSON object");
    } else {
      schema(member(*root, "schemaVersion"));
      destination(member(*root, "destination"));
      types(member(*root, "types"));
      buffering(member(*root, "buffering"));
    }
    if (!objections_.empty()) return invalid_subscription{std::move(objections_)};
    return std::move(made_);
  }

 private:
  void object(std::string_view what) {
    if (!objections_.empty()) objections_ += "; ";
    objections_ += what;
  }

  void schema(const json* value) {
    if (value == nullptr && made_.api == subscription_api::logs) {
      made_.schema = telemetry_schema::v2020_08_15;
      return;
    }
    if (value == nullptr) return object("schemaVersion is not provided");
    std::string known;
    for (const known_schema& s : schemas) {
      if (s.api != made_.api) continue;
      if (text_of(*value) == s.name) {
        made_.schema = s.schema;
        return;
      }
      known += known.empty() ? "" : ", ";
      known += s.name;
    }
    object("schemaVersion should be one of " + known);
  }

  // Other members (the Logs API's old "method" and "encoding") are passed over: what they say is
  // what is done anyway, but for the method PUT, which nobody was seen to ask for.
  void destination(const json* value) {
    if (value == nullptr) return object("destination is not provided");
    if (!value->is_object()) return object("destination should be an object");
    const json* protocol = member(*value, "protocol");
    if (protocol == nullptr) return object("protocol is not provided");
    if (text_of(*protocol) == "HTTP") {
      made_.destination.protocol = delivery_protocol::http;
      return uri(member(*value, "URI"));
    }
    if (text_of(*protocol) != "TCP") return object("protocol should be HTTP or TCP");
    made_.destination.protocol = delivery_protocol::tcp;
    const json* port = member(*value, "port");
    if (port == nullptr) return object("port is not provided");
    const auto number = whole(*port, 1, 65'535);
    use_port(number ? static_cast<std::int64_t>(*number) : 0);
  }

  void uri(const json* value) {
    if (value == nullptr) return object("URI is not provided");
    std::string_view rest = text_of(*value);
    // It goes into the head of a request.
    if (!std::ranges::all_of(rest, [](char c) { return c > ' ' && c < '\x7f'; }))
      return object("URI should have no blanks, control characters or letters beyond ASCII");
    constexpr std::string_view scheme = "http://";
    if (!rest.starts_with(scheme)) return object("URI scheme should be http");
    rest.remove_prefix(scheme.size());
    rest = rest.substr(0, rest.find('#'));
    const std::size_t path_at = rest.find_first_of("/?");
    const std::string_view authority = rest.substr(0, path_at);
    const std::size_t colon = authority.rfind(':');
    // Neither localhost nor 127.0.0.1: the platform refuses both, so what subscribes here with one
    // of them would not there.
    const std::string_view host = authority.substr(0, colon);
    if (host != "sandbox.localdomain" && host != "sandbox")
      return object("URI host should be sandbox.localdomain");
    if (colon == authority.npos || colon + 1 == authority.size())
      return object("URI port is not provided");
    if (path_at != rest.npos) {
      made_.destination.path = rest[path_at] == '?' ? "/" : "";
      made_.destination.path += rest.substr(path_at);
    }
    const auto port = parse_whole(authority.substr(colon + 1), 1, 65'535);
    use_port(port ? *port : 0);
  }

  void use_port(std::int64_t port) {
    if (port == 0) return object("port should be between 1 and 65535");
    if (port == environment::reserved_port) return object("port 9001 is reserved");
    made_.destination.port = static_cast<std::uint16_t>(port);
  }

  void types(const json* value) {
    if (value == nullptr) return object("types is not provided");
    if (!value->is_array()) return object("types should be an array");
    if (value->empty()) return object("types should not be empty");
    for (const json& type : *value) {
      const std::string_view name = text_of(type);
      if (name == "platform") {
        made_.types.platform = true;
      } else if (name == "function") {
        made_.types.function = true;
      } else if (name == "extension") {
        made_.types.extension = true;
      } else {
        return object("types should be platform, function or extension");
      }
    }
  }

  // What is out of range is refused, not clamped: DOC names minimum and maximum only, but RIE has
  // them as a schema for the body, and a lenient emulator would hide what fails on the platform.
  void buffering(const json* value) {
    if (value == nullptr) return;
    if (!value->is_object()) return object("buffering should be an object");
    using limits = buffering_settings;
    constexpr auto ms = [](span s) {
      return static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(s).count());
    };
    limits& settings = made_.buffering;
    std::uint32_t timeout_ms = ms(settings.timeout);
    bounded(*value, "maxItems", limits::fewest_items, limits::most_items, settings.max_items);
    bounded(*value, "maxBytes", limits::fewest_bytes, limits::most_bytes, settings.max_bytes);
    bounded(*value, "timeoutMs", ms(limits::shortest_timeout), ms(limits::longest_timeout),
            timeout_ms);
    settings.timeout = std::chrono::milliseconds(timeout_ms);
  }

  void bounded(const json& settings, const char* key, std::uint32_t low, std::uint32_t high,
               std::uint32_t& into) {
    const json* value = member(settings, key);
    if (value == nullptr) return;
    if (const auto number = whole(*value, low, high)) {
      into = static_cast<std::uint32_t>(*number);
    } else {
      object(fmt::format("{} should be between {} and {}", key, low, high));
    }
  }

  subscription made_;
  std::string objections_;
};

}  // namespace

std::optional<subscription_api> subscription_path(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (target.ends_with('/')) target.remove_suffix(1);
  if (target == "/2022-07-01/telemetry") return subscription_api::telemetry;
  if (target == "/2020-08-15/logs") return subscription_api::logs;
  return std::nullopt;
}

std::variant<subscription, invalid_subscription> read_subscription(subscription_api api,
                                                                   std::string_view body) {
  return reader(api).read(body);
}

void render(std::string& out, subscription_api api, subscription_reply reply) {
  const std::string_view name = api_name(api);
  switch (reply) {
    case subscription_reply::subscribed:
      return append_reply(out, "200 OK", json_type, "\"OK\"");
    case subscription_reply::already_subscribed:
      // From another emulator that names a recording; RIE too counts a subscription only if the
      // answer holds "OK".
      return append_reply(out, "200 OK", json_type, "\"AlreadySubscribed\"");
    case subscription_reply::closed:
      // As recorded from AWS; RIE has it without "already".
      return append_error(out, "403 Forbidden", fmt::format("{}.SubscriptionClosed", name),
                          fmt::format("{} API subscription is closed already", name));
    case subscription_reply::other_api:
      // DOC says that it is an error; which one is unconfirmed.
      return append_error(out, "400 Bad Request", fmt::format("{}.AccessDenied", name),
                          fmt::format("The extension has subscribed to the {} API already",
                                      api == subscription_api::telemetry ? "Logs" : "Telemetry"));
  }
  throw broken_law("an unknown reply");
}

void render(std::string& out, subscription_api api, const invalid_subscription& invalid) {
  append_reply(out, "400 Bad Request", json_type,
               fmt::format(R"({{"errorType":"{}ValidationError","errorMessage":"{}"}})",
                           api == subscription_api::logs ? "Logs." : "", invalid.message));
}

}  // namespace lambdaprof::wire
