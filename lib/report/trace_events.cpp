// SPDX-License-Identifier: Apache-2.0
#include "report/trace_events.hpp"

#include "base/text.hpp"

namespace lambdaprof::report {
namespace {

double in_microseconds(span s) {
  return static_cast<double>(s.count()) / 1e3;
}

}  // namespace

void trace_events::name_process(std::int64_t process, const std::string& name) {
  add({{"ph", "M"},
       {"name", "process_name"},
       {"pid", process},
       {"args", {{"name", valid_utf8(name)}}}});
  add({{"ph", "M"},
       {"name", "process_sort_index"},
       {"pid", process},
       {"args", {{"sort_index", process}}}});
}

void trace_events::name_track(std::int64_t process, std::int64_t track, const std::string& name) {
  add({{"ph", "M"},
       {"name", "thread_name"},
       {"pid", process},
       {"tid", track},
       {"args", {{"name", valid_utf8(name)}}}});
  add({{"ph", "M"},
       {"name", "thread_sort_index"},
       {"pid", process},
       {"tid", track},
       {"args", {{"sort_index", track}}}});
}

void trace_events::slice(std::int64_t process, std::int64_t track, std::string_view name,
                         instant from, instant to, json about) {
  if (from == never || to == never || to < from) return;
  add({{"ph", "X"},
       {"name", name},
       {"pid", process},
       {"tid", track},
       {"ts", in_microseconds(from.time_since_epoch())},
       {"dur", in_microseconds(to - from)},
       {"args", std::move(about)}});
}

void trace_events::moment(std::int64_t process, std::int64_t track, std::string_view name,
                          instant at, json about) {
  if (at == never) return;
  add({{"ph", "i"},
       {"s", track == 0 ? "p" : "t"},
       {"name", name},
       {"pid", process},
       {"tid", track},
       {"ts", in_microseconds(at.time_since_epoch())},
       {"args", std::move(about)}});
}

void trace_events::counter(std::int64_t process, std::string_view name, instant at, json values) {
  add({{"ph", "C"},
       {"name", name},
       {"pid", process},
       {"ts", in_microseconds(at.time_since_epoch())},
       {"args", std::move(values)}});
}

void trace_events::add(const json& event) {
  text_ += text_.empty() ? "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" : ",\n";
  text_ += event.dump();
}

std::string trace_events::text() && {
  if (text_.empty()) return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[]}\n";
  return std::move(text_) + "\n]}\n";
}

}  // namespace lambdaprof::report
