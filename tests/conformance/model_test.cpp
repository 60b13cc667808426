// SPDX-License-Identifier: Apache-2.0
// Random calls, legal and illegal, to the real listener: each is answered as a pure machine that is
// told the same answers. The seeds are fixed; LAMBDAPROF_MODEL_STEPS asks for a longer run.
#include "conformance/model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/random.hpp"
#include "conformance/answers.hpp"
#include "conformance/requests.hpp"
#include "conformance/stage.hpp"
#include "environment/limits.hpp"
#include "wire/runtime_api.hpp"
#include "wire/telemetry_api.hpp"

namespace lambdaprof {
namespace {

using namespace conformance;
namespace signal = environment::signal;
using environment::machine_state;

const std::string extension_api = "/2020-01-01/extension/";

std::string field(std::string_view name, std::string_view value) {
  return std::string(name).append(": ").append(value).append("\r\n");
}

scene made(random& chance) {
  scene s(1'000'000);
  s.settings.seed = chance.bits();
  auto& f = s.settings.function;
  f.timeout = std::chrono::seconds(900);
  f.snap_start = chance.below(3) == 0;
  for (std::uint64_t i = chance.below(3); i > 0; --i)
    f.extensions.push_back({"outer" + std::to_string(i), f.command.front()});
  return s;
}

/// One environment, called until something is posted that ends it, or long enough.
class episode {
 public:
  explicit episode(std::uint64_t seed)
      : chance_(seed),
        scene_(made(chance_)),
        model_(scene_.settings.function, scene_.settings.seed),
        stage_(scene_) {
    for (std::uint32_t i = 0; i < scene_.settings.function.extensions.size(); ++i) {
      meet();
      model_.tell(signal::extension_started{i, instant{}, 1}, 0);
    }
    meet_runtime();
  }

  std::uint64_t play(std::uint64_t steps) {
    std::uint64_t done = 0;
    while (done < steps && is_alive()) {
      ++done;
      take_connection();
      call();
      for (const std::size_t c : model_.take_abandoned()) drop(c);
      meet_runtime();
    }
    stage_.end();
    return done;
  }

 private:
  struct connection {
    raw_client* line;
    bool waits = false;
  };

  bool one_in(std::uint64_t n) { return chance_.below(n) == 0; }
  bool is_alive() const {
    return model_.state() != machine_state::resetting && model_.state() != machine_state::down;
  }

  void meet() { process_ = &stage_.process(); }
  void meet_runtime() {
    if (!model_.takes_launch()) return;
    meet();
    expect(model_.tell(signal::started{instant{}, 1}, 0), false);
  }

  void take_connection() {
    calling_ = chance_.below(connections_.size() + 1);
    while (calling_ < connections_.size() && connections_[calling_].waits) ++calling_;
    if (calling_ < connections_.size() && connections_[calling_].line != nullptr) return;
    calling_ = connections_.size();
    for (std::size_t i = 0; i < connections_.size(); ++i)
      if (connections_[i].line == nullptr) calling_ = i;
    if (calling_ == connections_.size()) connections_.emplace_back();
    connections_[calling_] = {&stage_.connect(*process_)};
    ping(calling_);
  }
  void drop(std::size_t c) {
    connections_[c].line->close();
    connections_[c] = {nullptr};
  }
  void ping(std::size_t c) {
    CHECK(connections_[c].line->call(request("GET", "/2018-06-01/ping")).body == "pong");
  }

  void send(const std::string& bytes) {
    CAPTURE(bytes.substr(0, 200));
    connections_[calling_].line->send(bytes);
    connections_[calling_].waits = true;
  }
  void compare(const std::string& bytes) {
    const reply r = connections_[calling_].line->read();
    connections_[calling_].waits = false;
    compare(r, bytes);
  }
  static void compare(const reply& r, const std::string& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    CHECK(std::to_string(r.status) == bytes.substr(9, 3));
    CHECK(r.body == bytes.substr(end + 4));
    for (const auto& [key, value] : r.headers) CHECK(bytes.find(key + ": " + value + "\r\n") < end);
  }

  /// All answers that are due now. If the call itself is held, it has been read when the pings are
  /// answered that follow it.
  void expect(const std::vector<expected>& all, bool is_call = true) {
    bool is_answered = false;
    for (const expected& x : all) {
      is_answered = is_answered || x.connection == calling_;
      connection& c = connections_[x.connection];
      const reply r = c.line->read();
      c.waits = false;
      if (x.how == expected::kind::whole) {
        compare(r, x.bytes);
      } else if (x.how == expected::kind::event) {
        CHECK(r.status == 200);
        CHECK(r.body == scene_.event);
        CHECK(r.header("Lambda-Runtime-Aws-Request-Id") == x.bytes);
        echoed_ = x.bytes;
        echo_ = r.header("Lambda-Runtime-Invocation-Id").value_or("");
      } else {
        CHECK(r.status == 200);
        CHECK(parsed(r.body)["eventType"] == "INVOKE");
        CHECK(parsed(r.body)["requestId"] == x.bytes);
      }
    }
    if (!is_call || is_answered) return;
    if (watch_ == nullptr) watch_ = &stage_.connect(*process_);
    for (int i = 0; i < 3; ++i)
      CHECK(watch_->call(request("GET", "/2018-06-01/ping")).body == "pong");
  }

  void call() {
    switch (chance_.below(16)) {
      case 0:
      case 1:
      case 2:
        send(ask_next());
        return expect(model_.park(signal::asked_next{}, calling_));
      case 3:
      case 4:
      case 5:
        return respond();
      case 6:
        return report_error();
      case 7:
        return one_in(4) ? give_up() : restore();
      case 8:
        return off_the_path();
      case 9:
      case 10:
        return enroll();
      case 11:
      case 12:
      case 13: {
        const std::string id = caller();
        send(request("GET", extension_api + "event/next", identified(id)));
        return expect(model_.tell(signal::extension_asked_next{id}, calling_));
      }
      case 14:
        return report_extension_error();
      default:
        return subscribe();
    }
  }

  /// Of a post: its id, and what that is.
  std::string named(signal::id_check& id, std::string& fields) {
    id = signal::id_check::other;
    if (model_.request_id().empty() || one_in(6)) return one_in(2) ? "x" : std::string(36, '0');
    id = signal::id_check::current;
    const bool is_stale = one_in(8);
    if (is_stale) id = signal::id_check::stale;
    if (is_stale || (one_in(3) && !echo_.empty() && echoed_ == model_.request_id()))
      fields += field("Lambda-Runtime-Invocation-Id", is_stale ? "another" : echo_);
    return model_.request_id();
  }

  void respond() {
    std::string fields;
    signal::responded r{};
    r.body = signal::body::complete;
    const std::string path = response_path(named(r.id, fields));
    r.mode = signal::response_mode::buffered;
    if (one_in(4)) {
      constexpr const char* modes[] = {"streaming", "streaming", "buffered", "Streaming", "x"};
      const std::size_t which = chance_.below(std::size(modes));
      r.mode = which < 2 ? signal::response_mode::streaming : signal::response_mode::unknown;
      fields += field("Lambda-Runtime-Function-Response-Mode", modes[which]);
    }
    r.bytes = 2;
    if (one_in(10)) return respond_in_part(r, path, fields);
    if (one_in(80)) {
      r.bytes = environment::payload_limit + 1;
      model_.tell(signal::response_began{r.id}, calling_);
      r.announced = true;
      send(post(path, std::string(r.bytes, 'x'), fields));
    } else if (one_in(3)) {
      std::string trailers;
      if (one_in(2)) {
        trailers = field("Lambda-Runtime-Function-Error-Type", "Function.Late");
        r.error = "{}";
      }
      send(chunked_post(path, {"1", "2"}, fields, trailers));
    } else {
      send(post(path, "{}", fields));
    }
    expect(model_.tell(r, calling_));
  }

  void respond_in_part(signal::responded r, const std::string& path, const std::string& fields) {
    r.body = signal::body::truncated;
    r.bytes = chance_.below(3);
    send(request("POST", path, fields + field("Content-Length", "10")) + std::string(r.bytes, 'x'));
    if (r.bytes > 0) {
      model_.tell(signal::response_began{r.id}, calling_);
      r.announced = true;
    }
    connections_[calling_].line->end_sending();
    expect(model_.tell(r, calling_));
    drop(calling_);
  }

  void report_error() {
    std::string fields;
    signal::reported_error e{};
    const std::string path = error_path(named(e.id, fields));
    e.body = "{}";
    send(post(path, "{}", fields));
    expect(model_.tell(e, calling_));
  }

  void give_up() {
    if (one_in(3) && scene_.settings.function.snap_start) {
      send(post("/2018-06-01/runtime/restore/error", "{}"));
      return expect(model_.tell(signal::reported_restore_error{"{}"}, calling_));
    }
    send(post(init_error_path(), "{}"));
    expect(model_.tell(signal::reported_init_error{"{}"}, calling_));
  }

  void restore() {
    send(request("GET", "/2018-06-01/runtime/restore/next"));
    if (scene_.settings.function.snap_start)
      return expect(model_.park(signal::asked_restore{}, calling_));
    compare_edge(wire::edge_reply::not_found);
  }

  void compare_edge(wire::edge_reply how) {
    std::string bytes;
    wire::render(bytes, how);
    compare(bytes);
  }

  void off_the_path() {
    constexpr const char* unknown[] = {"/", "/2018-06-01/runtime/invocation/next/",
                                       "/2020-01-01/extension/event", "/2022-07-01/telemetry/x"};
    constexpr const char* known[] = {"/2018-06-01/runtime/invocation/next",
                                     "/2018-06-01/runtime/invocation/x/response",
                                     "/2020-01-01/extension/register", "/2022-07-01/telemetry"};
    const bool is_known = one_in(2);
    const std::size_t which = chance_.below(std::size(known));
    send(request("DELETE", is_known ? known[which] : unknown[which]));
    compare_edge(is_known ? wire::edge_reply::wrong_method : wire::edge_reply::not_found);
  }

  std::string caller() {
    if (one_in(10)) return one_in(2) ? "" : "nonsense";
    const auto& known = model_.identifiers();
    if (known.empty() || one_in(10)) return "00000000-0000-4000-8000-000000000000";
    return known[chance_.below(known.size())];
  }
  static std::string identified(const std::string& id) {
    return id.empty() ? "" : field("Lambda-Extension-Identifier", id);
  }

  void enroll() {
    const auto& files = scene_.settings.function.extensions;
    std::string name = "inner" + std::to_string(chance_.below(12));
    const bool is_file = !files.empty() && one_in(2);
    if (is_file) name = files[chance_.below(files.size())].name;
    if (one_in(15)) name.clear();
    signal::registers r{name, signal::registration_body::sound, one_in(2), false};
    r.shutdown = !is_file && one_in(8);  // which is refused
    r.wants_account_id = one_in(4);
    std::string body = std::string(R"({"events":[)") + (r.invoke ? R"("INVOKE")" : "") +
                       (r.invoke && r.shutdown ? "," : "") + (r.shutdown ? R"("SHUTDOWN")" : "") +
                       "]}";
    if (one_in(10)) {
      r.body = signal::registration_body::malformed;
      body = one_in(2) ? "[" : R"({"configurationKeys":[]})";
    } else if (one_in(10)) {
      r.body = signal::registration_body::unknown_event;
      r.unknown_event = "FREEZE";
      body = R"({"events":["FREEZE"]})";
    }
    std::string fields = name.empty() ? "" : field("Lambda-Extension-Name", name);
    if (r.wants_account_id) fields += field("Lambda-Extension-Accept-Feature", "accountId");
    send(post(extension_api + "register", body, fields));
    expect(model_.tell(r, calling_));
  }

  void report_extension_error() {
    signal::extension_reported_error x{};
    const std::string id = caller();
    x.identifier = id;
    x.at_init = one_in(2);
    x.body = "{}";
    std::string fields = identified(id);
    if (one_in(12)) {
      x.type = "Extension.Mine";
      fields += field("Lambda-Extension-Function-Error-Type", *x.type);
    }
    send(post(extension_api + (x.at_init ? "init/error" : "exit/error"), "{}", fields));
    expect(model_.tell(x, calling_));
  }

  void subscribe() {
    const bool is_logs = one_in(3);
    const auto api = is_logs ? journal::telemetry_api::logs : journal::telemetry_api::telemetry;
    std::string body = std::string(R"({"schemaVersion":")") +
                       (is_logs ? "2021-03-18" : "2022-12-13") + R"(","types":["function"],)" +
                       R"("destination":{"protocol":"HTTP","URI":"http://sandbox:)" +
                       (one_in(2) ? "8080" : "8081") + R"("}})";
    if (one_in(5)) body = "{}";
    const auto read = wire::read_subscription(api, body);
    const auto* wrong = std::get_if<wire::invalid_subscription>(&read);
    const std::string id = caller();
    signal::subscribes s{id, api, std::get_if<environment::subscription>(&read)};
    if (wrong != nullptr) s.complaint = wrong->message;
    std::string bytes =
        post(is_logs ? "/2020-08-15/logs" : "/2022-07-01/telemetry", body, identified(id));
    send("PUT" + bytes.substr(4));
    expect(model_.tell(s, calling_));
  }

  random chance_;
  scene scene_;
  model model_;
  stage stage_;
  puppet* process_ = nullptr;
  std::vector<connection> connections_;
  std::size_t calling_ = 0;
  raw_client* watch_ = nullptr;
  std::string echo_;    // to be sent back
  std::string echoed_;  // with which request
};

std::uint64_t asked_steps() {
  const char* const asked = std::getenv("LAMBDAPROF_MODEL_STEPS");
  return asked == nullptr ? 1500 : std::strtoull(asked, nullptr, 10);
}

}  // namespace

TEST_CASE("random calls are answered by the listener as a pure machine answers them") {
  constexpr std::uint64_t longest = 150;
  std::uint64_t left = asked_steps();
  for (std::uint64_t seed = 1; left > 0; ++seed) {
    CAPTURE(seed);
    left -= std::min(left, episode(seed).play(std::min(left, longest)));
  }
}

}  // namespace lambdaprof
