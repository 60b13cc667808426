// SPDX-License-Identifier: Apache-2.0
// The parts of the function optimizer-cpp that need no store.
#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <random>
#include <stdexcept>
#include <string>

#include "optimizer-cpp/base64.hpp"
#include "optimizer-cpp/event.hpp"
#include "optimizer-cpp/metrics.hpp"
#include "optimizer-cpp/page.hpp"
#include "optimizer-cpp/prepared.hpp"
#include "optimizer-cpp/response_cache.hpp"
#include "optimizer-cpp/schema.hpp"
#include "optimizer-cpp/switches.hpp"

namespace optimizer {
namespace {

using namespace std::chrono_literals;

using variables = std::map<std::string, std::string>;

switches read(const variables& values) {
  return read_switches([&](const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : found->second.c_str();
  });
}

json product() {
  return json::parse(R"({"name": "Kettle <b>&", "description": "Boils \"water\"", "sku": "KT-0001",
    "price": 1234.5, "currency": "USD", "tags": ["steel", "kettle"],
    "dimensions": {"width": {"value": 20, "unit": "cm"}, "height": {"value": 25.5, "unit": "cm"},
                   "depth": {"value": 18, "unit": "cm"}, "weight": {"value": 1.9, "unit": "kg"}},
    "stock": {"available": 3, "warehouses": [{"code": "STO1", "available": 2}]},
    "supplier": {"name": "Pots & Co", "country": "SE"}, "related": ["mug-1"]})");
}

json event() {
  return json::parse(R"({"version": "2.0", "rawPath": "/products/k-1",
    "headers": {"accept-language": "de", "x-amzn-trace-id": "Root=1"},
    "requestContext": {"http": {"method": "GET"}, "requestId": "1", "time": "then", "timeEpoch": 1},
    "isBase64Encoded": false})");
}

std::string changed(const json& patch) {
  json result = product();
  result.merge_patch(patch);
  return result.dump();
}

TEST_CASE("no variable set is the plain function, initialised synchronously") {
  const switches chosen = read({});
  CHECK(chosen.init == init_time::sync);
  CHECK(!chosen.warmed_connection);
  CHECK(!chosen.precompile);
  CHECK(!chosen.prefetch);
  CHECK(!chosen.config_cache);
  CHECK(!chosen.response_cache);
  CHECK(!chosen.pool);
  CHECK(!chosen.graceful_shutdown);
}

TEST_CASE("each switch can be turned on, and turns on nothing else") {
  CHECK(read({{"INIT", "async"}}).init == init_time::async);
  CHECK(read({{"INIT", "lazy"}}).init == init_time::lazy);
  const std::map<std::pair<std::string, std::string>, bool switches::*> members{
      {{"CONNECTIONS", "warmed"}, &switches::warmed_connection},
      {{"PRECOMPILE", "on"}, &switches::precompile},
      {{"PREFETCH", "on"}, &switches::prefetch},
      {{"CONFIG_CACHE", "on"}, &switches::config_cache},
      {{"RESPONSE_CACHE", "on"}, &switches::response_cache},
      {{"POOL", "on"}, &switches::pool},
      {{"SHUTDOWN", "graceful"}, &switches::graceful_shutdown}};
  for (const auto& [setting, member] : members) {
    const switches chosen = read({setting});
    for (const auto& [other, field] : members) CHECK(chosen.*field == (other == setting));
  }
}

TEST_CASE("an unknown value is refused by the variable's name and what it may be") {
  CHECK_THROWS_WITH(read({{"INIT", "later"}}), "INIT must be sync, async or lazy, not later");
  CHECK_THROWS_WITH(read({{"POOL", "ON"}}), "POOL must be off or on, not ON");
  CHECK(read({{"RESPONSE_CACHE_LIFE", "2"}}).response_life == 2s);
  for (const char* life : {"0", "2s", "-1", "86401", "99999999999"})
    CHECK_THROWS_AS(read({{"RESPONSE_CACHE_LIFE", life}}), std::invalid_argument);
}

TEST_CASE("the address of a store is read from its URL, and anything else is refused") {
  CHECK(parse_store_url("rediss://localhost:6380").host == "localhost");
  CHECK(parse_store_url("rediss://127.0.0.1:6380/").port == 6380);
  for (const char* url : {"", "redis://localhost:1", "rediss://localhost", "rediss://:1",
                          "rediss://localhost:0", "rediss://localhost:65536", "rediss://a:1x"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(parse_store_url(url), std::invalid_argument);
  }
}

TEST_CASE("base64 is decoded with its padding, and what is none is refused") {
  CHECK(from_base64("") == "");
  CHECK(from_base64("YQ==") == "a");
  CHECK(from_base64("YWI=") == "ab");
  CHECK(from_base64("YWJj") == "abc");
  for (const char* text : {"YQ=", "%%%%", "YWJj\n", " YWJj   "}) CHECK(!from_base64(text));
}

TEST_CASE("the cache forgets the oldest answer when it is full") {
  response_cache cache(2, 5min);
  const response_cache::time start{};
  cache.keep("a", "1", start);
  cache.keep("b", "2", start + 1s);
  CHECK(cache.find("a", start + 2s) == "1");  // being asked for makes it no younger
  cache.keep("c", "3", start + 3s);
  CHECK(cache.size() == 2);
  CHECK(!cache.find("a", start + 3s));
  CHECK(cache.find("b", start + 3s) == "2");
  CHECK(cache.find("c", start + 3s) == "3");
}

TEST_CASE("an answer lives for its time from when it was first kept, by the wall clock") {
  response_cache cache(10, 5min);
  const response_cache::time start{1h};
  cache.keep("a", "1", start);
  cache.keep("a", "2", start + 4min);
  CHECK(cache.find("a", start + 5min - 1ns) == "1");
  CHECK(!cache.find("a", start + 5min));
  CHECK(cache.size() == 0);
  cache.keep("a", "3", start);
  CHECK(!cache.find("a", start - 1s));  // the clock was put back
}

// A key that is asked for at random instants, λ a second: after each miss, hits for a life T, so
// λT/(1+λT) of all are hits.
TEST_CASE("the share of hits is that of the theory, for rare keys and for popular ones") {
  std::mt19937_64 chance(1);
  constexpr int requests = 20'000;
  for (const double expected_in_a_life : {0.2, 1.0, 5.0, 20.0}) {
    CAPTURE(expected_in_a_life);
    response_cache cache(10, 5min);
    std::exponential_distribution<double> gap(expected_in_a_life / 300);
    double now = 0;
    int hits = 0;
    for (int i = 0; i < requests; ++i) {
      now += gap(chance);
      const response_cache::time at{
          std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(now))};
      if (cache.find("key", at)) {
        ++hits;
      } else {
        cache.keep("key", "page", at);
      }
    }
    const double share = static_cast<double>(hits) / requests;
    CHECK(share == doctest::Approx(expected_in_a_life / (1 + expected_in_a_life)).epsilon(0.05));
  }
}

TEST_CASE("the key of an event leaves out what changes from request to request, and nothing else") {
  const std::string key = cache_key(event());
  CHECK(key.size() == 64);
  json other = event();
  other["requestContext"].merge_patch({{"requestId", "2"}, {"time", "now"}, {"timeEpoch", 2}});
  other["headers"]["x-amzn-trace-id"] = "Root=2";
  CHECK(cache_key(other) == key);
  other["headers"]["accept-language"] = "en";
  CHECK(cache_key(other) != key);
  other = event();
  other["rawPath"] = "/products/k-2";
  CHECK(cache_key(other) != key);
}

TEST_CASE("a request is read from an event, and what is no such event is refused") {
  json encoded = event();
  encoded.merge_patch({{"body", "YWJj"}, {"isBase64Encoded", true}});
  const request asked = read_request(encoded);
  CHECK(asked.method == "GET");
  CHECK(asked.path == "/products/k-1");
  CHECK(asked.accept_language == "de");
  CHECK(asked.body == "abc");
  for (const char* field : {"version", "rawPath", "requestContext"}) {
    json broken = event();
    broken[field] = 1;
    CHECK_THROWS_AS(read_request(broken), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(
      read_request(json::parse("[]")),
      "not an event of an API Gateway HTTP API (payload format 2.0): it is no object",
      std::invalid_argument);
}

TEST_CASE("JSON that is broken or nested too deeply is refused") {
  CHECK_THROWS_WITH(parse_json("{oops", "the body"), "the body is not JSON: at byte 2");
  CHECK_THROWS_WITH(parse_json(std::string(100000, '['), "it"), "it is nested too deeply");
}

TEST_CASE("a product that the schema allows has no errors") {
  CHECK(product_schema().errors(product().dump()).empty());
}

TEST_CASE("a product that breaks the schema has an error that names the place and the rule") {
  const product_schema schema;
  const auto only_error = [&](const json& patch) {
    const auto errors = schema.errors(changed(patch));
    return errors.size() == 1 ? errors.front() : "not one error";
  };
  CHECK(only_error({{"price", 1e9}}) == "/price breaks maximum 1000000");
  CHECK(only_error({{"price", 0}}).starts_with("/price breaks"));
  CHECK(only_error({{"name", nullptr}}).starts_with("the product breaks required"));
  CHECK(only_error({{"stock", {{"warehouses", {{{"code", "x"}, {"available", 1}}}}}}})
            .starts_with("/stock/warehouses/0/code breaks pattern"));
  CHECK(only_error({{"currency", "XXX"}}).starts_with("/currency breaks enum"));
  CHECK(only_error({{"dimensions", {{"width", {{"value", 0}}}}}})
            .starts_with("/dimensions/width/value breaks"));
  CHECK(only_error({{"surprise", 1}}) == "/surprise breaks additionalProperties false");
  CHECK(only_error({{"tags", json::array({std::string(100000, 'a')})}})
            .starts_with("/tags/0 breaks pattern"));
}

configuration config() {
  return configuration::read(std::string(SOURCE_DIR) +
                             "/sample-functions/optimizer-cpp/config.json");
}

TEST_CASE("prices are written as readers of a locale write them") {
  const configuration texts = config();
  CHECK(texts.price(1234567.5, "USD", "en") == "$1,234,567.50");
  CHECK(texts.price(1234.5, "EUR", "de") == "1.234,50\u00a0€");
  CHECK(texts.price(123.5, "JPY", "de") == "124\u00a0¥");
  CHECK(texts.price(0, "EUR", "de") == "0,00\u00a0€");
  CHECK(texts.exchanged(1.0874, "USD", "EUR") == doctest::Approx(1));
  CHECK(texts.locale_for("xx, de-AT;q=0.9, en") == "de");
  CHECK(texts.locale_for(" ,;") == "en");
}

TEST_CASE("a page shows the product in the reader's language, with all of it escaped") {
  const catalogue categories(R"({"categories": {"Kitchen": ["kettle"]}})");
  std::string page;
  product_page().render("k-1", product(), config(), categories, "de", page);
  for (const char* part :
       {"<html lang=\"de\">", "<h1>Kettle &lt;b&gt;&amp;</h1>", "Boils &quot;water&quot;",
        "Kategorie: Kitchen", "1.234,50\u00a0$", "etwa 1.135,28\u00a0€",
        "20 cm × 25.5 cm × 18 cm, 1.9 kg", "<li>steel</li>", "Versand aus STO1</th><td>2</td>",
        "Anbieter: Pots &amp; Co", "href=\"/products/mug-1\"", "Auf Lager: 3"}) {
    CAPTURE(part);
    CHECK(page.find(part) != std::string::npos);
  }
  CHECK(page.find("<b>") == std::string::npos);
}

TEST_CASE("a page leaves out what a product does not have") {
  json bare = product();
  for (const char* field : {"dimensions", "supplier", "related"}) bare.erase(field);
  bare["stock"] = {{"available", 0}};
  std::string page;
  product_page().render("k-1", bare, config(), catalogue(R"({"categories": {}})"), "en", page);
  CHECK(page.find("Sold out") != std::string::npos);
  for (const char* part :
       {"Category", "Dimensions", "In stock", "<tr>", "Supplier", "href=\"/products"})
    CHECK(page.find(part) == std::string::npos);
}

TEST_CASE("what is no catalogue is the store's fault") {
  for (const char* text : {"", "{}", R"({"categories": {"Kitchen": [1]}})"})
    CHECK_THROWS_AS(catalogue{text}, store_error);
}

TEST_CASE("metrics are one line of the embedded metric format") {
  const measured figures{.is_cold_start = true,
                         .duration_ms = 1.25,
                         .cache_hit = std::nullopt,
                         .connections_opened = 1};
  CHECK(metric_line(figures, 7) ==
        R"({"_aws":{"Timestamp":7,"CloudWatchMetrics":[{"Namespace":"optimizer",)"
        R"("Dimensions":[["Function"]],"Metrics":[{"Name":"ColdStart","Unit":"Count"},)"
        R"({"Name":"Invocations","Unit":"Count"},{"Name":"Duration","Unit":"Milliseconds"},)"
        R"({"Name":"ConnectionsOpened","Unit":"Count"}]}]},"Function":"optimizer-cpp",)"
        R"("ColdStart":1,"Invocations":1,"Duration":1.25,"ConnectionsOpened":1})");
}

TEST_CASE("cache hits are in the metrics only where there is a cache") {
  CHECK(metric_line({}, 0).find("CacheHit") == std::string::npos);
  CHECK(metric_line({.cache_hit = true}, 0).find(R"("CacheHit":1)") != std::string::npos);
  CHECK(metric_line({.cache_hit = false}, 0).find(R"("CacheHit":0)") != std::string::npos);
}

TEST_CASE("what is kept is made once, and what is not is made for each request") {
  int made = 0;
  prepared<int> anew(false, [&] { return ++made; });
  anew.prepare();
  CHECK(made == 0);
  CHECK(*anew.get() == 1);
  CHECK(*anew.get() == 2);
  prepared<int> once(true, [&] { return ++made; });
  once.prepare();
  CHECK(*once.get() == 3);
  CHECK(*once.get() == 3);
  prepared<int> old_at_once(
      true, [&] { return ++made; }, 0s);
  old_at_once.prepare();
  CHECK(*old_at_once.get() == 5);
}

TEST_CASE("what could not be made is tried again") {
  bool is_broken = true;
  prepared<int> thing(true, [&] { return is_broken ? throw std::runtime_error("broken") : 1; });
  CHECK_THROWS(thing.get());
  is_broken = false;
  CHECK(*thing.get() == 1);
}

}  // namespace
}  // namespace optimizer
