// SPDX-License-Identifier: Apache-2.0
#include "report/telemetry.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "report/telemetry_life.hpp"

namespace lambdaprof::report {

using journal::entry;
namespace fact = journal::fact;

/// An environment with its subscribers.
class telemetry::household {
 public:
  household(const journal::journal& j, const telemetry_writer& writer,
            std::vector<telemetry_item>& items)
      : journal_(j), writer_(writer), items_(items), life_(j, told_) {}
  household(const household&) = delete;
  household& operator=(const household&) = delete;

  void take(const entry& e, span skipped) {
    if (const auto* f = std::get_if<fact::subscribed>(&e.what)) subscribe(e.env, *f);
    life_.take(e, skipped);
    distribute(e.env);
    if (std::holds_alternative<fact::launch_ordered>(e.what)) {
      // Whoever had subscribed is gone with the processes of before.
      subscribers_.clear();
      kept_.clear();
      is_in_init_ = true;
    } else if (std::holds_alternative<fact::init_finished>(e.what) ||
               std::holds_alternative<fact::init_failed>(e.what)) {
      std::vector<telemetry_event>().swap(kept_);
      is_in_init_ = false;
    } else if (const auto* exit = std::get_if<fact::extension_exited>(&e.what)) {
      subscribers_.erase(
          std::remove_if(subscribers_.begin(), subscribers_.end(),
                         [&](const subscriber& s) { return s.wants.extension == exit->extension; }),
          subscribers_.end());
    }
  }

 private:
  struct subscriber {
    fact::subscribed wants;
    telemetry_schema schema;
  };

  /// Whoever subscribes again is sent from then on what it asks for then, and nothing twice.
  void subscribe(environment_id env, const fact::subscribed& f) {
    const subscriber asking{f, schema_of(f.api, journal_.text(f.schema))};
    const auto known =
        std::find_if(subscribers_.begin(), subscribers_.end(),
                     [&](const subscriber& s) { return s.wants.extension == f.extension; });
    if (known != subscribers_.end()) {
      *known = asking;
      return;
    }
    subscribers_.push_back(asking);
    for (const telemetry_event& e : kept_) send(env, e, asking);
  }

  void distribute(environment_id env) {
    for (telemetry_event& e : told_) {
      for (const subscriber& s : subscribers_) send(env, e, s);
      if (is_in_init_) kept_.push_back(std::move(e));
    }
    told_.clear();
  }

  void send(environment_id env, const telemetry_event& e, const subscriber& s) {
    if (!is_for(e, s)) return;
    if (auto text = writer_.text(e, s.schema))
      items_.push_back({env, s.wants.extension, e.of, e.at, *std::move(text)});
  }

  /// What was dropped is told to whoever has not got it: the record does not say whose it was.
  static bool is_for(const telemetry_event& e, const subscriber& s) {
    const auto* dropped = std::get_if<told::dropped>(&e.what);
    if (dropped != nullptr && dropped->extension != s.wants.extension) return false;
    switch (e.of) {
      case telemetry_class::platform:
        return s.wants.platform;
      case telemetry_class::function:
        return s.wants.function;
      case telemetry_class::extension:
        return s.wants.extension_logs;
    }
    return false;
  }

  const journal::journal& journal_;
  const telemetry_writer& writer_;
  std::vector<telemetry_item>& items_;
  std::vector<telemetry_event> told_;  // by the entry that is being read
  telemetry_life life_;
  std::vector<subscriber> subscribers_;
  std::vector<telemetry_event> kept_;  // of the init under way, for who is yet to subscribe
  bool is_in_init_ = false;
};

telemetry::telemetry(const journal::journal& j) : journal_(j), writer_(j) {}
telemetry::~telemetry() = default;

std::vector<telemetry_item> telemetry::read() {
  for (; read_ < journal_.entries().size(); ++read_) {
    const entry& e = journal_.entries()[read_];
    if (const auto* f = std::get_if<fact::skipped>(&e.what)) skipped_ += f->ahead;
    if (!e.env) continue;
    auto& one = households_[e.env.value];
    if (!one) one = std::make_unique<household>(journal_, writer_, items_);
    one->take(e, skipped_);
    if (std::holds_alternative<fact::gone>(e.what)) households_.erase(e.env.value);
  }
  return std::exchange(items_, {});
}

}  // namespace lambdaprof::report
