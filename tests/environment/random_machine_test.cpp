// SPDX-License-Identifier: Apache-2.0
// Any environment in a small world in which anything may happen: legal calls and illegal ones, from
// whoever lives, deaths at any time, launches that fail. It breaks no law and comes to its end.
#include <cstdlib>
#include <set>

#include "base/random.hpp"
#include "environment/limits.hpp"
#include "environment/troupe.hpp"

namespace lambdaprof::environment {
namespace {

class chaos {
 public:
  explicit chaos(std::uint64_t seed) : chance_(seed) {
    function& f = t_.f;
    const std::uint64_t files = chance_.below(4);
    for (std::uint64_t i = 0; i < files; ++i)
      f.extensions.push_back({"x" + std::to_string(i), "/opt/x"});
    const std::size_t all = one_in(2) ? most_extensions : most_extensions + 1;
    if (one_in(8))
      for (std::size_t i = files; i < all; ++i)
        f.extensions.push_back({"x" + std::to_string(i), "/opt/x"});
    if (one_in(3)) {
      f.max_concurrency = 1 + static_cast<std::uint32_t>(chance_.below(4));
    } else {
      f.snap_start = one_in(3);
    }
    t_.launch();
    check_answers(0);
  }

  const journal::journal& log() const { return t_.log; }

  void run(int steps) {
    for (int i = 0; i < steps && t_.state() != machine_state::gone; ++i) {
      t_.now += span(chance_.below(3) == 0 ? 1'000'000 * chance_.below(200) : 0);
      if (t_.m->deadline() <= t_.now) {
        t_.expire();
      } else if (const std::size_t kind = chance_.below(20); kind < 7) {
        live();
      } else if (kind < 11) {
        call_of_runtime();
      } else if (kind < 17) {
        call_of_extension();
      } else {
        use();
      }
      carry_out();
    }
    for (int i = 0; i < 100 && t_.state() != machine_state::gone; ++i) {
      if (t_.state() != machine_state::retiring) t_.retire();
      carry_out();
      if (t_.state() != machine_state::gone && t_.m->deadline() != never) t_.expire();
      carry_out();
      if (t_.m->deadline() == never) t_.kill_all();
    }
    t_.end();
  }

 private:
  bool one_in(std::uint64_t n) { return chance_.below(n) == 0; }

  /// What is ordered happens at once here: kills and cancelled launches.
  void carry_out() {
    for (std::vector<any_order> orders = t_.orders; !orders.empty(); orders = t_.orders) {
      t_.orders.clear();
      for (const any_order& o : orders) {
        note(o);
        if (std::holds_alternative<order::kill>(o)) t_.kill_all();
        if (std::holds_alternative<order::kill_runtime>(o)) kill_runtime();
        if (std::holds_alternative<order::terminate_runtime>(o) && one_in(2)) kill_runtime();
        if (const auto* k = std::get_if<order::kill_extension>(&o)) t_.kill(k->extension);
        if (const auto* k = std::get_if<order::tell_shutdown>(&o); k && one_in(2))
          t_.kill(k->extension);
      }
    }
  }
  void kill_runtime() {
    if (t_.runtime == process_state::ordered) t_.say(signal::launch_failed{"cancelled"});
    if (t_.runtime == process_state::running) t_.leave_runtime();
  }
  void note(const any_order& o) {
    if (const auto* d = std::get_if<order::deliver>(&o)) delivered_ = d->inv;
  }

  /// Processes start, in the order in which they were ordered, or do not, and die.
  void live() {
    for (std::uint32_t i = 0; i < t_.files.size(); ++i) {
      if (t_.files[i] != process_state::ordered) continue;
      if (one_in(30)) return t_.say(signal::extension_launch_failed{i, "no such file"});
      return t_.start(i);
    }
    if (t_.runtime == process_state::ordered)
      return one_in(30) ? t_.say(signal::launch_failed{"no such file"}) : t_.start_runtime();
    if (!one_in(6)) return;
    if (t_.runtime == process_state::running && one_in(2))
      return t_.leave_runtime(static_cast<std::int32_t>(chance_.below(3)));
    for (std::uint32_t i = 0; i < t_.files.size(); ++i)
      if (t_.files[i] == process_state::running && one_in(3)) return t_.leave(i, 1);
  }

  /// Strangers call as well, where nobody of the environment lives.
  bool may_call() {
    return one_in(10) || t_.runtime == process_state::running ||
           std::count(t_.files.begin(), t_.files.end(), process_state::running) > 0;
  }

  signal::id_check id() {
    return one_in(6)   ? signal::id_check::other
           : one_in(8) ? signal::id_check::stale
                       : signal::id_check::current;
  }

  void call_of_runtime() {
    if (!may_call()) return;
    const signal::id_check who = delivered_.is_none() ? signal::id_check::other : id();
    const invocation_id inv = who == signal::id_check::other ? invocation_id{} : delivered_;
    switch (chance_.below(one_in(3) ? 7 : 4)) {
      case 0:
      case 1:
        return expect_answer(signal::asked_next{journal::cpu_unknown}, true);
      case 2:
      case 3: {
        signal::responded r{who, signal::response_mode::buffered, signal::body::complete, 2};
        if (one_in(8)) r.mode = signal::response_mode::unknown;
        if (one_in(8)) r.body = signal::body::truncated;
        if (one_in(8)) r.bytes = payload_limit + 1;
        if (one_in(8)) r.error = "{}";
        r.inv = inv;
        r.announced = one_in(4);
        if (r.announced) t_.say(signal::response_began{who, inv});
        return expect_answer(r);
      }
      case 4:
        return expect_answer(signal::reported_error{who, "{}", journal::cpu_unknown, inv});
      case 5:
        return expect_answer(signal::reported_init_error{"{}"});
      default:
        if (!t_.f.snap_start) return;
        if (one_in(3)) return expect_answer(signal::reported_restore_error{"{}"});
        return expect_answer(signal::asked_restore{}, true);
    }
  }

  std::string caller() {
    if (one_in(10)) return one_in(2) ? "" : "nonsense";
    if (identifiers_.empty() || one_in(10)) return "00000000-0000-4000-8000-000000000000";
    // Mostly one of the last.
    const std::size_t among = std::min<std::size_t>(identifiers_.size(), one_in(5) ? 99 : 4);
    return identifiers_[identifiers_.size() - 1 - chance_.below(among)];
  }

  void call_of_extension() {
    if (!may_call()) return;
    switch (chance_.below(9)) {
      case 0:
      case 1:
      case 2: {
        const auto& files = t_.f.extensions;
        const bool is_file = !files.empty() && !one_in(4);
        name_ = one_in(20) ? ""
                : is_file  ? files[chance_.below(files.size())].name
                           : "inner" + std::to_string(chance_.below(3));
        const bool invoke = t_.f.max_concurrency == 0 ? one_in(2) : one_in(9);
        signal::registers r{name_, signal::registration_body::sound, invoke, is_file && one_in(2)};
        if (one_in(12)) r.body = signal::registration_body::malformed;
        if (one_in(12)) r.body = signal::registration_body::unknown_event;
        expect_answer_to_extension(r);
        if (t_.count<order::answer_extension>() == 1 && t_.told() == extension_reply::registered)
          identifiers_.push_back(t_.identifier());
        return;
      }
      case 3:
      case 4:
      case 5:
      case 6:
        return expect_answer_to_extension(signal::extension_asked_next{identifier_ = caller()});
      case 7: {
        signal::extension_reported_error x{identifier_ = caller(), one_in(2), "Extension.X", "{}"};
        if (one_in(2)) x.type = std::nullopt;
        return expect_answer_to_extension(x);
      }
      default:
        wanted_.types.function = one_in(2);
        wanted_.api = one_in(3) ? subscription_api::logs : subscription_api::telemetry;
        return expect_answer_to_extension(signal::subscribes{identifier_ = caller(), wanted_.api,
                                                             one_in(6) ? nullptr : &wanted_, "no"});
    }
  }

  /// It is given events, or frozen, or what is told at any time is told.
  void use() {
    if (t_.m->is_available() && !one_in(4)) {
      t_.give(next_++);
    } else if (t_.m->is_available() && !t_.m->is_serving()) {
      t_.m->freeze(t_.now, t_.e());
    } else if (one_in(3)) {
      t_.say(signal::printed{journal::stream::out, "line"});
    } else if (one_in(3)) {
      t_.say(signal::misspoke{404, "GET /"});
    } else if (one_in(60)) {
      t_.retire();
    }
  }

  /// One answer, or it is held: for an event.
  void expect_answer(const any_signal& s, bool may_be_held = false) {
    t_.say(s);
    check_answers(1, may_be_held);
  }
  void expect_answer_to_extension(const any_signal& s) {
    t_.say(s);
    const std::size_t all = t_.count<order::answer_extension>() + t_.count<order::hold_extension>();
    CHECK(all == 1);
    CHECK(t_.count<order::answer>() == 0);
  }
  void check_answers(std::size_t most, bool may_be_held = false) {
    const std::size_t given = t_.count<order::answer>();
    CHECK(given <= most);
    if (!may_be_held) CHECK(given == most);
    CHECK(t_.count<order::answer_extension>() == 0);
  }

  troupe t_;
  random chance_;
  std::vector<std::string> identifiers_;
  std::string identifier_;
  std::string name_;
  subscription wanted_;
  invocation_id delivered_;
  std::uint32_t next_ = 0;
};

template <class Fact>
std::size_t kind() {
  return journal::what(Fact{}).index();
}

/// The number of worlds; more by LAMBDAPROF_RANDOM_WORLDS.
std::uint64_t worlds() {
  const char* const asked = std::getenv("LAMBDAPROF_RANDOM_WORLDS");
  return asked == nullptr ? 2000 : std::strtoull(asked, nullptr, 10);
}

}  // namespace

TEST_CASE("whatever happens to an environment, it breaks no law and comes to its end") {
  std::set<std::size_t> seen;
  for (std::uint64_t seed = 1; seed <= worlds(); ++seed) {
    CAPTURE(seed);
    chaos world(seed);
    world.run(20 + static_cast<int>(seed % 200));
    for (const auto& one : world.log().entries()) seen.insert(one.what.index());
  }
  // None of it is dull.
  CHECK(seen.count(kind<fact::response_began>()) == 1);
  CHECK(seen.count(kind<fact::runtime_ready>()) == 1);
  CHECK(seen.count(kind<fact::restore_finished>()) == 1);
  CHECK(seen.count(kind<fact::restore_failed>()) == 1);
  CHECK(seen.count(kind<fact::shutdown_began>()) == 1);
  CHECK(seen.count(kind<fact::thawed>()) == 1);
  CHECK(seen.count(kind<fact::extension_launch_failed>()) == 1);
  CHECK(seen.count(kind<fact::extension_failed>()) == 1);
  CHECK(seen.count(kind<fact::subscribed>()) == 1);
}

}  // namespace lambdaprof::environment
