// SPDX-License-Identifier: Apache-2.0
// The whole edge: any bytes are requests one after the other, each of which is one call by its path
// and its method alone; nothing that is taken from it can break the line or the JSON it goes into.
#include "wire/runtime_api.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "net/request_parser.hpp"
#include "wire/extensions_api.hpp"
#include "wire/telemetry_api.hpp"

namespace {

namespace net = lambdaprof::net;
namespace wire = lambdaprof::wire;
namespace call = lambdaprof::wire::call;
using nlohmann::json;
using stage = net::request_parser::stage;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

bool has(const wire::request& r, std::string_view value) {
  for (const wire::header& h : r.headers)
    if (value.data() == h.value.data() && value.size() == h.value.size()) return true;
  return value.empty();
}

void check_error_type(std::string_view header) {
  const std::string_view type = wire::error_type(header);
  const bool is_kept = type == header;
  require(is_kept || type == "Runtime.Unknown" || type == "Function.Unknown");
  if (is_kept) {
    require(header.find("Runtime.") != header.npos || header.find("Function.") != header.npos);
  }
  require((type == "Function.Unknown") <= header.starts_with("Function."));
  require(wire::error_type(type) == type);
}

void check_call(const wire::request& r) {
  const std::string_view path = std::string_view(r.target).substr(0, r.target.find('?'));
  const bool is_under_base = path.starts_with("/2018-06-01/");
  const wire::any_call is = wire::classify(r);
  const auto is_post = [&](std::string_view end) {
    return is_under_base && r.method == "POST" && path.ends_with(end);
  };
  const auto is_of_extension = [&](std::string_view end) {
    return r.method == "POST" && path.ends_with(end);
  };
  const auto is_get = [&](std::string_view end) {
    return is_under_base && r.method == "GET" && path.ends_with(end);
  };
  if (std::holds_alternative<call::next>(is)) require(is_get("/runtime/invocation/next"));
  if (std::holds_alternative<call::ping>(is)) require(is_get("/ping"));
  const bool is_of_keys = path == "/2021-04-23/credentials";
  if (std::holds_alternative<call::wrong_method>(is)) require(is_under_base || is_of_keys);
  if (!is_under_base && !is_of_keys) require(std::holds_alternative<call::unknown_path>(is));
  if (const auto* response = std::get_if<call::response>(&is)) {
    require(is_post("/response") && !response->request_id.empty());
    require(response->request_id.size() <= path.size());
    require(has(r, response->content_type));
  }
  if (const auto* error = std::get_if<call::error>(&is)) {
    require(is_post("/error") && !error->request_id.empty() && has(r, error->error_type));
    check_error_type(error->error_type);
  }
  if (const auto* error = std::get_if<call::init_error>(&is)) {
    require(is_post("/runtime/init/error") && has(r, error->error_type));
    check_error_type(error->error_type);
  }
  if (const auto api = wire::subscription_path(r.target)) {
    require(!is_under_base);
    (void)wire::read_subscription(*api, r.body);
  }
  if (!wire::is_of_extensions_api(r.target)) return;
  require(!is_under_base);
  const wire::any_extension_call extension = wire::classify_extension_call(r);
  if (const auto* e = std::get_if<wire::extension_call::enroll>(&extension)) {
    require(is_of_extension("register") && has(r, e->name));
    require(e->body == lambdaprof::environment::signal::registration_body::unknown_event ||
            e->unknown_event.empty());
  }
}

void check_trailers(const wire::request& r) {
  const std::string error = wire::mid_stream_error(r);
  const auto type = r.trailers.find("Lambda-Runtime-Function-Error-Type");
  const auto body = r.trailers.find("Lambda-Runtime-Function-Error-Body");
  if (type) check_error_type(*type);
  if (body && !body->empty()) return require(error.size() <= body->size() / 4 * 3 + 3);
  if (!type || type->empty()) return require(error.empty());
  const json told = json::parse(error, nullptr, false);
  require(told.is_object() && told.size() == 1 && told["errorType"].is_string());
}

void check(const wire::request& r) {
  require(is_one_line(r.method) && is_one_line(r.target));
  for (const auto* list : {&r.headers, &r.trailers})
    for (const wire::header& h : *list) require(is_one_line(h.name) && is_one_line(h.value));
  require(r.body.size() <= wire::body_limit && r.body.size() <= r.body_bytes);
  require((r.body_state == wire::body_state::too_large) <= (r.body.size() < r.body_bytes));
  check_call(r);
  check_trailers(r);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  net::request_parser parser;
  while (parser.at() != stage::malformed) {
    const std::size_t used = parser.put(bytes);
    require(used <= bytes.size());
    bytes.remove_prefix(used);
    if (used == 0 && parser.at() != stage::done) {
      // The peer hangs up: a body that has begun is a truncated request.
      parser.put_end();
      if (parser.at() != stage::done) break;
    }
    if (parser.at() != stage::done) continue;
    check(parser.message());
    if (!parser.keeps_alive()) break;
    parser.restart();
  }
  if (parser.at() == stage::malformed) {
    require(parser.status() == 400 || parser.status() == 431);
    require(!parser.what().empty());
  }
  return 0;
}
