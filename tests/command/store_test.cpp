// SPDX-License-Identifier: Apache-2.0
// A real function and its real store: what lambdaprof says when the store is well, down, slow,
// shuts idle connections or cannot be trusted.
#include <cmath>

#include "command/cli_fixture.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof::cli {
namespace {

std::string event(const std::string& name, const std::string& more = "") {
  return R"({"file": ")" + std::string(support::source_dir) +
         "/sample-functions/optimizer-events/" + name + ".json\"" + more + "}";
}

std::string one_product() {
  return "[" + event("put-product") + "]";
}

std::string twenty_products() {
  const std::string keys = R"(, "keys": {"count": 20, "zipf": 0}, "weight": )";
  return "[" + event("get-one-of-many", keys + "4") + ", " + event("put-one-of-many", keys + "1") +
         "]";
}

/// Whether the function and the store are there; says what is missing otherwise.
bool has_store() {
  const bool is_built = std::filesystem::exists(samples + "/optimizer-cpp/bootstrap");
  const bool is_installed = run("command -v redis-server && command -v openssl").status == 0;
  if (!is_built) support::skip("optimizer-cpp is not built");
  if (is_built && !is_installed) support::skip("redis-server is not installed");
  return is_built && is_installed;
}

/// A profile of the function with a store that is started with these arguments.
std::string profile(const workplace& w, const std::string& store_arguments,
                    const std::string& more = "", const std::string& events = one_product()) {
  const std::string store = std::string(support::source_dir) + "/sample-functions/stores/store";
  w.file("p.json", R"({"function": {"command": [")" + samples +
                       R"(/optimizer-cpp/bootstrap"], "memory_mb": 1769, "timeout": "10s"},
    "services": [[")" + store +
                       R"(", "redis")" + store_arguments + R"(]],
    "events": )" + events +
                       more + "}");
  return "--profile $F/p.json --json $F/r.json ";
}

nlohmann::json counts(const workplace& w) {
  return w.json("r.json")["variants"][0]["summary"]["counts"];
}

}  // namespace

TEST_CASE("a function works with its store, and nothing of the store is left") {
  if (!has_store()) return;
  const workplace w;
  const outcome o = run("$L run " + profile(w, "") + "--cold 2 --warm 2");
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(counts(w)["failures"] == 0);
  CHECK(w.json("r.json")["variants"][0]["invocations"][0]["outcome"] == "success");
}

TEST_CASE("a store that is down makes failures with their reason, not figures") {
  if (!has_store()) return;
  const workplace w;
  const outcome o =
      run("$L run " + profile(w, "") + "--env STORE_URL=rediss://127.0.0.1:1 --cold 1 --warm 1");
  CHECK_MESSAGE(o.status == 4, o.err);
  CHECK(contains(o.out, "answered with HTTP 5xx"));
}

TEST_CASE("a store that is too slow makes failures with their reason") {
  if (!has_store()) return;
  const workplace w;
  const outcome o =
      run("$L run " + profile(w, R"(, "--delay", "3000")") + "--cold 1 --warm 1 --warm-up 0");
  CHECK_MESSAGE(o.status == 4, o.err);
  CHECK_MESSAGE(contains(o.out, "× HTTP 503"), o.out);
  CHECK(counts(w)["failures"] == 2);
}

TEST_CASE("a store whose certificate nobody vouches for makes failures with their reason") {
  if (!has_store()) return;
  const workplace w;
  const outcome o =
      run("$L run " + profile(w, R"(, "--bad-certificate")") + "--cold 1 --warm 1 --warm-up 0");
  CHECK_MESSAGE(o.status == 4, o.err);
  CHECK_MESSAGE(contains(o.out, "× HTTP 502"), o.out);
  CHECK_MESSAGE(contains(o.out, "certificate"), o.out);
}

TEST_CASE("a store that shuts idle connections costs another connection, and no failure") {
  if (!has_store()) return;
  const workplace w;
  const outcome o = run("$L run " + profile(w, R"(, "--idle-timeout", "1")", R"(,
    "pool": {"idle_clock": "real"},
    "load": {"plan": [{"fresh": true}, {"sequential": 2}, {"idle": "2500ms"}, {"sequential": 2}]})"));
  CHECK_MESSAGE(o.status == 0, o.err);
  CHECK(counts(w)["failures"] == 0);
  const auto opened = w.json("r.json")["variants"][0]["summary"]["emf"]["ConnectionsOpened"];
  // One of three warm invocations, or more where this machine stood still for a second.
  CHECK_MESSAGE(opened["warm"]["mean"].get<double>() > 0.3, opened.dump());
}

TEST_CASE("the share of hits of a real cache under Poisson traffic is that of the theory") {
  if (!has_store()) return;
  const workplace w;
  // Each of 20 keys is asked for twice a second and kept for two: 4/5 are hits. First all are
  // written, which goes on meanwhile.
  const outcome o =
      run("$L run " +
          profile(w, "", R"(,
    "pool": {"max_environments": 1, "idle_clock": "real"},
    "load": {"plan": [
      {"repeat": {"times": 1, "discarded": true, "phases": [
        {"burst": 1}, {"poisson": {"per_second": 200, "for": "4s"}}]}},
      {"poisson": {"per_second": 50, "for": "25s"}}]})",
                  twenty_products()) +
          "--env CONNECTIONS=warmed --env PREFETCH=on --env PRECOMPILE=on "
          "--env CONFIG_CACHE=on --env RESPONSE_CACHE=on --env RESPONSE_CACHE_LIFE=2");
  CHECK_MESSAGE(o.status == 0, o.err);
  const auto hits = w.json("r.json")["variants"][0]["summary"]["emf"]["CacheHit"]["warm"];
  CHECK(hits["n"].get<double>() > 600);
  const double seen = hits["mean"].get<double>();
  MESSAGE("hits: ", seen, " of theory's 0.8");
  CHECK(std::abs(seen / 0.8 - 1) < 0.05);
}

}  // namespace lambdaprof::cli
