// SPDX-License-Identifier: Apache-2.0
#include "wire/runtime_api.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/result.hpp"
#include "base/text.hpp"
#include "wire/json_body.hpp"
#include "wire/reply.hpp"

namespace lambdaprof::wire {
namespace {

using environment::reply;
using environment::signal::response_mode;

constexpr std::string_view base_path = "/2018-06-01/";
constexpr std::string_view invocation_path = "runtime/invocation/";
constexpr std::string_view credentials_path = "/2021-04-23/credentials";
/// Deeper than any stack of causes.
constexpr int deepest_error = 64;
constexpr std::string_view plain_text = "text/plain; charset=utf-8";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && text.size() - i > 2 && hex_digit(text[i + 1]) >= 0 &&
                         hex_digit(text[i + 2]) >= 0;
    if (!escaped) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return plain;
}

/// What is not of its alphabet, padding included, is passed over.
std::string base64_decoded(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string plain;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    plain += static_cast<char>((bits >> have) & 0xffU);
  }
  return plain;
}

response_mode mode_of(const request& r) {
  const auto mode = r.headers.find("Lambda-Runtime-Function-Response-Mode");
  if (!mode) return response_mode::buffered;
  return *mode == "streaming" ? response_mode::streaming : response_mode::unknown;
}

std::string_view header_or_empty(const request& r, std::string_view name) {
  return r.headers.find(name).value_or(std::string_view{});
}

std::string_view error_type_header(const request& r) {
  return header_or_empty(r, "Lambda-Runtime-Function-Error-Type");
}

}  // namespace

std::string error_payload(const request& r) {
  constexpr std::string_view with_cause = "application/vnd.aws.lambda.error.cause+json";
  if (header_or_empty(r, "Content-Type") != with_cause) return r.body;
  const auto body = read_json(r.body, body_limit, deepest_error);
  if (!body || !body->is_object()) return R"("Invalid error body")";
  nlohmann::ordered_json rest = nlohmann::ordered_json::object();
  for (const auto& [key, value] : body->items())
    if (key != "errorCause") rest[key] = value;
  return rest.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string_view echoed_attempt(const request& r) {
  return header_or_empty(r, "Lambda-Runtime-Invocation-Id");
}

std::string cognito_identity(std::string_view identity, std::string_view pool) {
  if (identity.empty() && pool.empty()) return "";
  const nlohmann::ordered_json both{{"cognitoIdentityId", identity},
                                    {"cognitoIdentityPoolId", pool}};
  return both.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

std::string mid_stream_error(const request& r) {
  const auto type = r.trailers.find("Lambda-Runtime-Function-Error-Type");
  const auto body = r.trailers.find("Lambda-Runtime-Function-Error-Body");
  if (body && !body->empty()) return base64_decoded(*body);
  // Declared trailers may come empty: Go sends them with every response.
  if (!type || type->empty()) return "";
  return fmt::format("{{\"errorType\":{}}}", nlohmann::json(valid_utf8(error_type(*type))).dump());
}

std::string mid_stream_error_type(const request& r) {
  return std::string(
      error_type(r.trailers.find("Lambda-Runtime-Function-Error-Type").value_or("")));
}

any_call classify(const request& r) {
  std::string_view path = r.target;
  path = path.substr(0, path.find('?'));
  const auto on = [&](std::string_view method, auto&& make) -> any_call {
    if (r.method != method) return call::wrong_method{};
    return make();
  };
  if (path == credentials_path)
    return on("GET", [&] { return call::credentials{header_or_empty(r, "Authorization")}; });
  if (!path.starts_with(base_path)) return call::unknown_path{};
  path.remove_prefix(base_path.size());
  if (path.starts_with(invocation_path)) {
    path.remove_prefix(invocation_path.size());
    if (path == "next") return on("GET", [] { return call::next{}; });
    const std::size_t slash = path.find('/');
    if (slash == 0 || slash == std::string_view::npos) return call::unknown_path{};
    const std::string_view id = path.substr(0, slash);
    const std::string_view what = path.substr(slash + 1);
    if (what == "response")
      return on("POST", [&] {
        return call::response{percent_decoded(id), mode_of(r), header_or_empty(r, "Content-Type")};
      });
    if (what == "error")
      return on("POST", [&] { return call::error{percent_decoded(id), error_type_header(r)}; });
    return call::unknown_path{};
  }
  if (path == "runtime/init/error")
    return on("POST", [&] { return call::init_error{error_type_header(r)}; });
  if (path == "runtime/restore/next") return on("GET", [] { return call::restore_next{}; });
  if (path == "runtime/restore/error")
    return on("POST", [&] { return call::restore_error{error_type_header(r)}; });
  if (path == "ping") return on("GET", [] { return call::ping{}; });
  return call::unknown_path{};
}

std::string_view error_type(std::string_view header) {
  // (Runtime|Function)\.[A-Z][a-zA-Z]+ anywhere, as RIE has it, without the cost of <regex>.
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_letter = [&](char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); };
  for (const std::string_view category : {"Runtime.", "Function."}) {
    for (std::size_t at = header.find(category); at != std::string_view::npos;
         at = header.find(category, at + 1)) {
      const std::string_view reason = header.substr(at + category.size());
      if (reason.size() >= 2 && is_upper(reason[0]) && is_letter(reason[1])) return header;
    }
  }
  return header.starts_with("Function.") ? "Function.Unknown" : "Runtime.Unknown";
}

void render(std::string& out, const event_head& head) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to,
                 "HTTP/1.1 200 OK\r\n"
                 "Lambda-Runtime-Aws-Request-Id: {}\r\n"
                 "Lambda-Runtime-Deadline-Ms: {}\r\n"
                 "Lambda-Runtime-Invoked-Function-Arn: {}\r\n",
                 head.request_id, head.deadline_ms, head.function_arn);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) fmt::format_to(to, "{}: {}\r\n", name, value);
  };
  add("Lambda-Runtime-Invocation-Id", head.attempt_id);
  add("Lambda-Runtime-Trace-Id", head.trace_id);
  add("Lambda-Runtime-Client-Context", head.client_context);
  add("Lambda-Runtime-Cognito-Identity", head.cognito_identity);
  add("Lambda-Runtime-Aws-Tenant-Id", head.tenant_id);
  fmt::format_to(to, "Content-Type: {}\r\nContent-Length: {}\r\n\r\n", head.content_type,
                 head.event_bytes);
}

void render(std::string& out, const environment::order::answer& answer) {
  switch (answer.kind) {
    case reply::accepted:
      return append_reply(out, "202 Accepted", json_type, "{\"status\":\"OK\"}\n");
    case reply::invalid_request_id:
      return append_error(out, "400 Bad Request", "InvalidRequestID", "Invalid request ID");
    case reply::invalid_transition:
      return append_error(
          out, "403 Forbidden", "InvalidStateTransition",
          fmt::format("State transition from {} to {} failed for runtime. Error: State transition "
                      "is not allowed",
                      environment::name(answer.state), environment::target_name(answer.call)));
    case reply::bad_response_mode:
      return append_error(out, "400 Bad Request", "InvalidFunctionResponseMode",
                          "Invalid function response mode");
    case reply::too_large:
      return append_error(
          out, "413 Request Entity Too Large", "RequestEntityTooLarge",
          fmt::format("Exceeded maximum allowed payload size ({} bytes).", body_limit));
    case reply::truncated:
      return append_error(out, "400 Bad Request", "TruncatedHTTPRequest",
                          "HTTP request detected as truncated");
    case reply::stale_attempt:
      return append_error(out, "410 Gone", "InvokeTimeout", "Invoke timeout");
  }
  throw broken_law("an unknown reply");
}

void render_json(std::string& out, std::string_view body) {
  append_reply(out, "200 OK", json_type, body);
}

void render(std::string& out, edge_reply reply) {
  switch (reply) {
    case edge_reply::pong:
      return append_reply(out, "200 OK", plain_text, "pong");
    case edge_reply::restored:
      out += "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
      return;
    case edge_reply::not_found:
      return append_reply(out, "404 Not Found", plain_text, "404 page not found\n");
    case edge_reply::wrong_method:
      out += "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
      return;
    case edge_reply::internal_error:
      return append_error(out, "500 Internal Server Error", "InternalServerError",
                          "Internal Server Error");
  }
  throw broken_law("an unknown reply");
}

}  // namespace lambdaprof::wire
