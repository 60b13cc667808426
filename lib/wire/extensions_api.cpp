// SPDX-License-Identifier: Apache-2.0
#include "wire/extensions_api.hpp"

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/text.hpp"
#include "environment/limits.hpp"
#include "environment/process_environment.hpp"
#include "environment/unconfirmed.hpp"
#include "wire/json_body.hpp"
#include "wire/reply.hpp"
#include "wire/telemetry_api.hpp"

namespace lambdaprof::wire {
namespace {

using environment::extension_reply;
using environment::signal::registration_body;
using json = nlohmann::ordered_json;

constexpr std::string_view extensions_path = "/2020-01-01/extension/";
constexpr std::string_view forbidden = "403 Forbidden";
/// Deeper than any body that is meant.
constexpr int deepest_body = 8;

extension_call::enroll registration(const request& r) {
  extension_call::enroll e{registration_body::malformed};
  e.name = r.headers.find("Lambda-Extension-Name").value_or("");
  // The only feature that there is; others are passed over.
  e.wants_account_id =
      r.headers.find("Lambda-Extension-Accept-Feature").value_or("").find("accountId") !=
      std::string_view::npos;
  const auto body = read_json(r.body, registration_limit, deepest_body);
  if (!body || !body->is_object() || body->contains("configurationKeys")) return e;
  e.body = registration_body::sound;
  const auto events = body->find("events");
  // Go sends null, and a missing list is an empty one.
  if (events == body->end() || events->is_null()) return e;
  if (!events->is_array()) e.body = registration_body::malformed;
  if (e.body == registration_body::malformed) return e;
  for (const json& event : *events) {
    if (!event.is_string()) {
      e.body = registration_body::malformed;
      return e;
    }
    const auto& name = event.get_ref<const std::string&>();
    if (name == "INVOKE") {
      e.invoke = true;
    } else if (name == "SHUTDOWN") {
      e.shutdown = true;
    } else {
      e.body = registration_body::unknown_event;
      e.unknown_event = name.substr(0, 100);
    }
  }
  return e;
}

/// JSON text of what a peer has sent.
std::string quoted(std::string_view text) {
  return json(valid_utf8(text)).dump();
}

std::string error_body(std::string_view type, std::string_view message) {
  return fmt::format("{{\"errorMessage\":{},\"errorType\":\"{}\"}}\n", quoted(message), type);
}

void refuse(std::string& out, std::string_view type, std::string_view message) {
  append_reply(out, forbidden, json_type, error_body(type, message));
}

void accept(std::string& out, const environment::order::answer_extension& a,
            const environment::function& f) {
  nlohmann::ordered_json body{
      {"functionName", f.name}, {"functionVersion", "$LATEST"}, {"handler", f.handler}};
  if (a.with_account_id) body["accountId"] = std::string(environment::account_id());
  const std::string text = body.dump(-1, ' ', false, json::error_handler_t::replace);
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nLambda-Extension-Identifier: {}\r\n"
                 "Content-Length: {}\r\n\r\n{}",
                 json_type, a.identifier, text.size(), text);
}

void append_event(std::string& out, std::string_view event_id, std::string_view body) {
  out += "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  if (!event_id.empty())
    fmt::format_to(std::back_inserter(out), "Lambda-Extension-Event-Identifier: {}\r\n", event_id);
  fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace

bool is_of_extensions_api(std::string_view target) {
  return target.starts_with(extensions_path);
}

std::string_view extension_identifier(const request& r) {
  return r.headers.find("Lambda-Extension-Identifier").value_or("");
}

any_extension_call classify_extension_call(const request& r) {
  std::string_view path = r.target;
  path = path.substr(0, path.find('?'));
  path.remove_prefix(extensions_path.size());
  const auto on = [&](std::string_view method, auto&& make) -> any_extension_call {
    if (r.method != method) return extension_call::wrong_method{};
    return make();
  };
  if (path == "register") return on("POST", [&] { return registration(r); });
  if (path == "event/next") return on("GET", [] { return extension_call::next{}; });
  if (path == "init/error" || path == "exit/error")
    return on("POST", [&] {
      return extension_call::error{path == "init/error",
                                   r.headers.find("Lambda-Extension-Function-Error-Type")};
    });
  return extension_call::unknown_path{};
}

void render(std::string& out, const environment::order::answer_extension& a,
            const environment::function& f) {
  const auto transition = [&] {
    return fmt::format(
        "State transition from {} to {} failed for extension {}. Error: State transition is not "
        "allowed",
        environment::name(a.state), environment::target_name(a.call), a.name);
  };
  switch (a.kind) {
    case extension_reply::registered:
      return accept(out, a, f);
    case extension_reply::accepted:
      return append_reply(out, "202 Accepted", json_type, "{\"status\":\"OK\"}\n");
    case extension_reply::empty_name:
      return refuse(out, "Extension.InvalidExtensionName", "Empty extension name");
    case extension_reply::bad_format:
      return refuse(out, "InvalidRequestFormat", "Invalid request format");
    case extension_reply::unknown_event:
      return refuse(out, "Extension.InvalidEventType", a.name + ": ErrorInvalidEventType");
    case extension_reply::shutdown_not_supported:
      return refuse(out, "Extension.InvalidEventType",
                    "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension");
    case extension_reply::invoke_not_supported:
      return refuse(out, "Extension.InvalidEventType", "INVOKE: ErrorInvalidEventType");
    case extension_reply::registration_closed:
      return refuse(out, "Extension.RegistrationClosed", "Extension registration closed already");
    case extension_reply::already_registered:
      return refuse(out, "Extension.InvalidExtensionState",
                    "Extension with this name already registered");
    case extension_reply::too_many:
      return refuse(out, "Extension.TooManyExtensions",
                    fmt::format("Extension limit ({}) reached", environment::most_extensions));
    case extension_reply::missing_identifier:
      return refuse(out, "Extension.MissingExtensionIdentifier",
                    "Missing Lambda-Extension-Identifier header");
    case extension_reply::malformed_identifier:
      return refuse(out, "Extension.InvalidExtensionIdentifier",
                    "Invalid Lambda-Extension-Identifier");
    case extension_reply::unknown_identifier:
      return refuse(out, "Extension.UnknownExtensionIdentifier", "Unknown extension identifier");
    case extension_reply::invalid_state:
      return refuse(out, "Extension.InvalidExtensionState", transition());
    case extension_reply::missing_error_type:
      return refuse(out, "Extension.MissingHeader",
                    "Lambda-Extension-Function-Error-Type not found");
    case extension_reply::subscribed:
      return render(out, a.api, subscription_reply::subscribed);
    case extension_reply::already_subscribed:
      return render(out, a.api, subscription_reply::already_subscribed);
    case extension_reply::subscribed_elsewhere:
      return render(out, a.api, subscription_reply::other_api);
    case extension_reply::subscription_closed:
      return render(out, a.api, subscription_reply::closed);
    case extension_reply::bad_subscription:
      return render(out, a.api, invalid_subscription{a.name});
  }
  throw broken_law("an unknown reply");
}

void render(std::string& out, const invoke_event& event) {
  std::string body = fmt::format(
      R"({{"eventType":"INVOKE","deadlineMs":{},"requestId":"{}","invokedFunctionArn":{})",
      event.deadline_ms, event.request_id, quoted(event.function_arn));
  if (!event.trace_id.empty())
    body += fmt::format(R"(,"tracing":{{"type":"X-Amzn-Trace-Id","value":{}}})",
                        quoted(event.trace_id));
  append_event(out, event.event_id, body + '}');
}

void render(std::string& out, const shutdown_event& event) {
  static_assert(environment::unconfirmed::shutdown_reason_is_in_lower_case);
  append_event(out, {},
               fmt::format(R"({{"eventType":"SHUTDOWN","deadlineMs":{},"shutdownReason":"{}"}})",
                           event.deadline_ms, journal::name(event.reason)));
}

}  // namespace lambdaprof::wire
