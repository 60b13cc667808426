// SPDX-License-Identifier: Apache-2.0
// Facts in any order, lawful or not: a view of a journal may find nothing to tell, but breaks
// neither itself nor a reader.
#include <doctest/doctest.h>

#include "base/random.hpp"
#include "report/telemetry_recording.hpp"

namespace lambdaprof {

using namespace support;
using journal::outcome;
using journal::start_kind;

namespace {

class any_facts {
 public:
  any_facts(telemetry_recording& r, std::uint64_t seed) : r_(r), chance_(seed) {}

  void write_one() {
    now_ += static_cast<double>(below(2000)) / 1000;
    r_.in(below(2)).at(now_).fact(invocation(), what());
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(chance_.bits() % n); }
  invocation_id invocation() { return below(4) == 0 ? invocation_id{} : inv(below(4)); }
  template <class Enum>
  Enum one_of(std::uint32_t n) {
    return static_cast<Enum>(below(n));
  }
  outcome how() { return one_of<outcome>(journal::outcome_names.size()); }
  bool perhaps() { return below(2) == 0; }
  journal::text_id text() {
    static constexpr const char* texts[] = {
        "", "x", "{\"a\":1}", "\xff", "Function.Foo", "2020-08-15", "2022-07-01", "2022-12-13"};
    return perhaps() ? r_.keep(texts[below(8)]) : journal::text_id{};
  }
  instant before() { return at_ms(now_ * below(2)); }

  journal::what what() {
    switch (below(32)) {
      case 0:
        return fact::delivered{one_of<start_kind>(3)};
      case 1:
        return fact::response_began{};
      case 2:
        return fact::responded{below(100)};
      case 3:
        return fact::failed{how(), text(), span{}, text()};
      case 4:
        return fact::runtime_ready{};
      case 5:
      case 6:
        return fact::settled{how()};
      case 7:
        return fact::launch_ordered{below(3), perhaps()};
      case 8:
        return fact::process_started{before(), 1};
      case 9:
        return fact::launch_failed{text()};
      case 10:
        return fact::runtime_initialized{};
      case 11:
        return fact::init_finished{};
      case 12:
        return fact::init_failed{how(), text(), text()};
      case 13:
        return fact::restore_began{};
      case 14:
        return fact::restore_finished{};
      case 15:
        return fact::restore_failed{how(), text(), text()};
      case 16:
        return fact::shutdown_began{one_of<journal::shutdown_reason>(3)};
      case 17:
        return fact::reset{};
      case 18:
        return fact::sampled{};
      case 19:
        return fact::frozen{};
      case 20:
        return fact::exited{};
      case 21:
        return fact::gone{};
      case 22:
        return fact::extension_started{below(3), text(), before(), 1};
      case 23:
        return fact::extension_launch_failed{below(3), text(), text()};
      case 24:
        return fact::extension_registered{below(3), text(), perhaps(), perhaps(), perhaps()};
      case 25:
        return fact::extension_ready{below(3)};
      case 26:
        return fact::extension_failed{below(3), text()};
      case 27:
        return fact::extension_exited{below(3), 0, 0};
      case 28:
        return fact::extension_line{below(3), journal::stream::out, text()};
      case 29:
        return fact::subscribed{
            below(3), one_of<journal::telemetry_api>(2), text(), perhaps(), perhaps(), perhaps()};
      case 30:
        return fact::telemetry_dropped{below(3), below(9), below(99)};
      default:
        return fact::log_line{journal::stream::err, text()};
    }
  }

  telemetry_recording& r_;
  random chance_;
  double now_ = 0;
};

}  // namespace

TEST_CASE("whatever a journal holds, each text is an event, and reading in parts tells the same") {
  std::size_t events = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    telemetry_recording r;
    r.function().variables.emplace_back("AWS_LAMBDA_LOG_FORMAT", "JSON");
    r.function().max_concurrency = seed % 5 == 0 ? 3 : 0;
    any_facts facts(r, seed);
    texts parts;
    for (int i = 0; i < 300; ++i) {
      facts.write_one();
      for (const report::telemetry_item& item : r.news()) parts.push_back(item.text);
    }
    report::telemetry whole(r.journal());
    texts all;
    for (const report::telemetry_item& item : whole.read()) {
      all.push_back(item.text);
      const auto event = nlohmann::json::parse(item.text, nullptr, false);
      REQUIRE(event.is_object());
      CHECK(event.size() == 3);
      CHECK(event.contains("record"));
    }
    CHECK(parts == all);
    events += all.size();
  }
  CHECK(events > 5000);
}

}  // namespace lambdaprof
