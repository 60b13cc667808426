// SPDX-License-Identifier: Apache-2.0
// The Trace Event Format: what an event is there, and nothing of what it is about.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace lambdaprof::report {

class trace_events {
 public:
  using json = nlohmann::ordered_json;

  void name_process(std::int64_t process, const std::string& name);
  void name_track(std::int64_t process, std::int64_t track, const std::string& name);
  /// Left out where it has no end. One that is inside of another has to come after it.
  void slice(std::int64_t process, std::int64_t track, std::string_view name, instant from,
             instant to, json about = json::object());
  void moment(std::int64_t process, std::int64_t track, std::string_view name, instant at,
              json about);
  /// Of several values at once, which are drawn on top of each other.
  void counter(std::int64_t process, std::string_view name, instant at, json values);

  std::string text() &&;

 private:
  void add(const json& event);

  std::string text_;
};

}  // namespace lambdaprof::report
