// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/handler.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace optimizer {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::system_clock;

constexpr std::size_t pooled_bytes = 65536;

std::string list_of_errors(const std::vector<std::string>& errors) {
  return json{{"errors", errors}}.dump();
}

/// The id in /products/ID, or "" if the path is another one.
std::string product_id(std::string_view path) {
  constexpr std::string_view above = "/products/";
  if (!path.starts_with(above)) return {};
  const std::string_view id = path.substr(above.size());
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return id.size() <= 64 && std::ranges::all_of(id, is_allowed) ? std::string(id) : std::string();
}

std::string key_of(const std::string& id) {
  return "optimizer:product:" + id;
}

/// The peer is there and wrong, or it is not there in time.
int status_of(store_error::kind kind) {
  return kind == store_error::kind::untrusted || kind == store_error::kind::wrong_answer ? 502
                                                                                         : 503;
}

}  // namespace

handler::handler(const switches& chosen, resources& from)
    : resources_(from),
      cache_(1000, chosen.response_life),
      uses_cache_(chosen.response_cache),
      uses_pool_(chosen.pool) {
  if (!uses_pool_) return;
  page_.reserve(pooled_bytes);
  answer_.reserve(pooled_bytes);
}

const std::string& handler::answer(std::string_view event) {
  cache_hit_.reset();
  if (!uses_pool_) std::string().swap(page_);
  page_.clear();
  const json parsed = parse_json(event, "the event");
  const request asked = read_request(parsed);
  std::string key;
  if (uses_cache_ && asked.method == "GET") {
    key = cache_key(parsed);
    cache_hit_ = false;
    if (auto kept = cache_.find(key, clock::now())) {
      cache_hit_ = true;
      return answer_ = std::move(*kept);
    }
  }
  response given;
  try {
    given = serve(asked);
  } catch (const store_error& error) {
    given = failure(status_of(error.what_kind()), error.what());
  }
  const bool is_kept = !key.empty() && given.status == 200;
  write_answer(std::move(given));
  if (is_kept) cache_.keep(key, answer_, clock::now());
  return answer_;
}

handler::response handler::serve(const request& asked) {
  const std::string id = product_id(asked.path);
  if (id.empty()) return failure(404, "there is nothing but /products/ID");
  if (asked.method == "PUT") return put(asked, id);
  if (asked.method == "GET") return get(asked, id);
  response refused = failure(405, "a product can be GET and PUT");
  refused.allow = "GET, PUT";
  return refused;
}

handler::response handler::put(const request& asked, const std::string& id) {
  try {
    parse_json(asked.body, "the body");
  } catch (const std::invalid_argument& error) {
    return {400, "application/json", list_of_errors({error.what()})};
  }
  if (const auto errors = resources_.schema.get()->errors(asked.body); !errors.empty())
    return {400, "application/json", list_of_errors(errors)};
  resources_.products.write(key_of(id), asked.body);
  return get(asked, id);
}

handler::response handler::get(const request& asked, const std::string& id) {
  const auto document = resources_.products.read(key_of(id));
  if (document) return show(asked, id, *document);
  const auto config = resources_.config.get();
  return failure(404,
                 text_at(config->texts(config->locale_for(asked.accept_language)), "not_found"));
}

handler::response handler::show(const request& asked, const std::string& id,
                                const std::string& document) {
  json product;
  try {
    product = parse_json(document, "the product");
  } catch (const std::invalid_argument& error) {
    return failure(502, std::string("the store holds something else: ") + error.what());
  }
  if (const auto errors = resources_.schema.get()->errors(document); !errors.empty())
    return failure(502, "the store holds something else: " + errors.front());
  const auto config = resources_.config.get();
  const auto categories = resources_.categories.get();
  resources_.page.get()->render(id, product, *config, *categories,
                                config->locale_for(asked.accept_language), page_);
  return {200, "text/html; charset=utf-8", {}};
}

void handler::write_answer(response&& given) {
  json headers = {{"content-type", given.content_type}};
  if (!given.allow.empty()) headers["allow"] = given.allow;
  const bool is_page = given.body.empty();
  const json object = {{"statusCode", given.status},
                       {"headers", std::move(headers)},
                       {"body", is_page ? page_ : std::move(given.body)},
                       {"isBase64Encoded", false}};
  if (!uses_pool_) {
    answer_ = object.dump();
    return;
  }
  answer_.clear();
  std::ostringstream out(std::move(answer_));
  out << object;
  answer_ = std::move(out).str();
}

handler::response handler::failure(int status, const std::string& message) {
  return {status, "application/json", json{{"message", message}}.dump()};
}

}  // namespace optimizer
