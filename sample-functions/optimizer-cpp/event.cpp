// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/event.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "optimizer-cpp/base64.hpp"

namespace optimizer {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument("not an event of an API Gateway HTTP API (payload format 2.0): " +
                              why);
}

const json& object_at(const json& value, const char* field, const char* name) {
  const auto found = value.find(field);
  if (found == value.end() || !found->is_object()) refuse(std::string(name) + " is no object");
  return *found;
}

std::string needed_text(const json& value, const char* field, const char* name) {
  std::string text = text_at(value, field);
  if (text.empty()) refuse(std::string(name) + " is no text");
  return text;
}

}  // namespace

request read_request(const json& event) {
  if (!event.is_object()) refuse("it is no object");
  if (text_at(event, "version") != "2.0") refuse("version is not 2.0");
  const json& context = object_at(event, "requestContext", "requestContext");
  const json& http = object_at(context, "http", "requestContext.http");
  request result{.method = needed_text(http, "method", "requestContext.http.method"),
                 .path = needed_text(event, "rawPath", "rawPath"),
                 .accept_language = {},
                 .body = text_at(event, "body")};
  if (const auto headers = event.find("headers"); headers != event.end())
    result.accept_language = text_at(*headers, "accept-language");
  if (const auto encoded = event.find("isBase64Encoded");
      encoded != event.end() && *encoded == true) {
    auto body = from_base64(result.body);
    if (!body) refuse("body is not base64, as isBase64Encoded says");
    result.body = std::move(*body);
  }
  return result;
}

std::string cache_key(json event) {
  for (const char* field : {"requestId", "time", "timeEpoch"})
    event.at("requestContext").erase(field);
  if (const auto headers = event.find("headers"); headers != event.end() && headers->is_object())
    headers->erase("x-amzn-trace-id");
  const std::string text = event.dump();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL has no SHA-256");
  std::string key;
  for (unsigned int at = 0; at < size; ++at)
    key.append(1, "0123456789abcdef"[digest[at] >> 4])
        .append(1, "0123456789abcdef"[digest[at] & 15]);
  return key;
}

}  // namespace optimizer
