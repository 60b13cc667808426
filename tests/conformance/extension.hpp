// SPDX-License-Identifier: Apache-2.0
// A test that speaks for an extension: an external one with a process of its own, or an internal
// one in that of the runtime.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

#include "conformance/answers.hpp"
#include "conformance/puppet.hpp"
#include "conformance/raw_client.hpp"
#include "conformance/requests.hpp"

namespace lambdaprof::conformance {

inline constexpr std::string_view register_path = "/2020-01-01/extension/register";
inline constexpr std::string_view event_path = "/2020-01-01/extension/event/next";
inline constexpr std::string_view telemetry_path = "/2022-07-01/telemetry";
inline constexpr std::string_view logs_path = "/2020-08-15/logs";

inline std::string name_field(std::string_view name) {
  return std::string("Lambda-Extension-Name: ").append(name).append("\r\n");
}
inline std::string identifier_field(std::string_view identifier) {
  return std::string("Lambda-Extension-Identifier: ").append(identifier).append("\r\n");
}
inline std::string extension_type_field(std::string_view type) {
  return std::string("Lambda-Extension-Function-Error-Type: ").append(type).append("\r\n");
}

/// Of version 4, as RIE makes them.
inline bool is_uuid(const std::string& text) {
  static const std::regex form(
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  return std::regex_match(text, form);
}

struct extension {
  puppet& process;
  raw_client& line;
  std::string name;
  std::string identifier = {};  ///< once it has registered

  reply enroll(std::string_view body, std::string_view fields = {}) {
    const reply r = line.call(post(register_path, body, name_field(name).append(fields)));
    identifier = r.header("Lambda-Extension-Identifier").value_or("");
    return r;
  }
  /// Registers; `events` as in JSON.
  void enter(std::string_view events = R"(["INVOKE","SHUTDOWN"])") {
    const reply r = enroll(std::string(R"({"events":)").append(events).append("}"));
    REQUIRE_MESSAGE(r.status == 200, r.body);
  }
  /// Asks for the next event and leaves the answer unread.
  void park() const { line.send(request("GET", event_path, identifier_field(identifier))); }
  /// The event that it has asked for.
  nlohmann::json hear() const {
    const reply r = line.read();
    REQUIRE_MESSAGE(r.status == 200, r.body);
    return parsed(r.body);
  }
  /// `which`: "init" or "exit".
  reply fail(std::string_view which, std::string_view fields) const {
    return line.call(post(std::string("/2020-01-01/extension/").append(which).append("/error"),
                          R"({"errorMessage":"no","errorType":"Body","stackTrace":[]})",
                          identifier_field(identifier).append(fields)));
  }
  reply subscribe(std::string_view body, std::string_view path = telemetry_path) const {
    return line.call(request("PUT", path,
                             identifier_field(identifier) +
                                 "Content-Length: " + std::to_string(body.size()) + "\r\n")
                         .append(body));
  }
};

/// RIE uses 403 for nearly everything that an extension does wrong.
inline void check_extension_refused(const reply& r, std::string_view type) {
  CHECK(r.status == 403);
  CHECK(r.header("Content-Type") == "application/json");
  const nlohmann::json body = parsed(r.body);
  CHECK(body.value("errorType", "") == type);
  CHECK(!body.value("errorMessage", "").empty());
}

}  // namespace lambdaprof::conformance
