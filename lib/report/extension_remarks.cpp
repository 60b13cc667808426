// SPDX-License-Identifier: Apache-2.0
#include "report/extension_remarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using analysis::environment_row;
using analysis::extension_end;
using analysis::extension_row;
using journal::outcome;

std::string named(const extension_row& x) {
  return fmt::format("extension \"{}\"", printable(x.name));
}

/// "with status 1", "by signal 9".
std::string exit_of(const extension_row& x) {
  return x.exit_signal != 0 ? fmt::format("by signal {}", x.exit_signal)
                            : fmt::format("with status {}", x.exit_status);
}

/// Its process was there, or its place was taken, when the first init ended without it.
bool has_failed_in_init(const environment_row& e, const extension_row& x) {
  return e.init_failed != never && x.ready == never;
}

bool has_waited_in_vain(const environment_row& e, const extension_row& x) {
  const bool is_at_fault = x.end == extension_end::crashed || !x.error_type.empty();
  return has_failed_in_init(e, x) && e.init == outcome::timed_out && !is_at_fault &&
         x.launch_error.empty();
}

std::optional<remark> on_launch(const environment_row&, const extension_row& x) {
  if (x.launch_error.empty()) return std::nullopt;
  return remark{fmt::format("{} could not be started: {}", named(x), printable(x.launch_error)),
                "make it an executable for this machine; no more than ten are allowed"};
}

std::optional<remark> on_registration(const environment_row& e, const extension_row& x) {
  if (!has_waited_in_vain(e, x) || x.registered != never || !x.is_external) return std::nullopt;
  return remark{fmt::format("{} never registered, and the runtime was not started", named(x)),
                "let it POST /extension/register under the name of its file"};
}

std::optional<remark> on_first_next(const environment_row& e, const extension_row& x) {
  if (!has_waited_in_vain(e, x) || x.registered == never) return std::nullopt;
  return remark{fmt::format("{} registered and never asked for an event: the init waits for that "
                            "of every extension",
                            named(x)),
                "let it GET /extension/event/next, also if it wants no events"};
}

std::optional<remark> on_crash(const environment_row& e, const extension_row& x) {
  if (x.end != extension_end::crashed) return std::nullopt;
  const bool is_in_init = has_failed_in_init(e, x);
  return remark{fmt::format("{} exited {} {}, and what was under way failed with it", named(x),
                            exit_of(x), is_in_init ? "during init" : "between init and shutdown"),
                "its own output says why (--show-output); on Lambda it has to run until SHUTDOWN"};
}

std::optional<remark> on_error(const environment_row& e, const extension_row& x) {
  if (x.error_type.empty()) return std::nullopt;
  return remark{
      fmt::format("{} gave up {} with {}", named(x),
                  has_failed_in_init(e, x) ? "during init" : "after init", printable(x.error_type)),
      "its own output says why (--show-output)"};
}

std::optional<remark> on_shutdown(const environment_row&, const extension_row& x) {
  if (x.end != extension_end::killed) return std::nullopt;
  return remark{
      fmt::format("{} was told of the end and did not exit in time: it was killed", named(x)),
      "let it exit on SHUTDOWN before its deadlineMs, or not subscribe to it"};
}

std::optional<remark> on_telemetry(const environment_row&, const extension_row& x) {
  if (x.dropped_records == 0) return std::nullopt;
  return remark{fmt::format("{} did not take its telemetry in time: some was dropped", named(x)),
                "answer each batch at once and work on it later, or log less"};
}

/// What a remark says, and of how many environments.
struct tallied {
  remark text;
  std::size_t count = 0;
};

class tally {
 public:
  void add(std::optional<remark> found) {
    if (!found) return;
    const auto known = std::find_if(all_.begin(), all_.end(),
                                    [&](const tallied& t) { return t.text.text == found->text; });
    if (known != all_.end()) {
      ++known->count;
    } else {
      all_.push_back({std::move(*found), 1});
    }
  }
  std::vector<remark> result(std::size_t environments) && {
    std::vector<remark> remarks;
    for (tallied& t : all_) {
      if (environments > 1)
        t.text.text += fmt::format(" ({} of {})", t.count, counted(environments, "environment"));
      remarks.push_back(std::move(t.text));
    }
    return remarks;
  }

 private:
  std::vector<tallied> all_;
};

/// Extensions that had not come back when their invocation timed out though its runtime had.
void on_late_ones(const analysis::timeline& t, std::vector<remark>& to) {
  std::vector<std::pair<std::string, std::size_t>> late;
  for (const analysis::invocation_row& i : t.invocations) {
    if (i.how != outcome::timed_out || i.runtime_done == never) continue;
    if (i.env.value >= t.environments.size()) continue;
    const auto& extensions = t.environments[i.env.value].extensions;
    for (const analysis::extension_turn& turn : i.extensions) {
      if (turn.back != never || turn.extension >= extensions.size()) continue;
      const std::string name = named(extensions[turn.extension]);
      const auto known = std::find_if(late.begin(), late.end(),
                                      [&](const auto& each) { return each.first == name; });
      if (known != late.end()) {
        ++known->second;
      } else {
        late.emplace_back(name, 1);
      }
    }
  }
  for (const auto& [name, n] : late)
    to.push_back({fmt::format("{} timed out because {} had not come back; the runtime had",
                              counted(n, "invocation"), name),
                  "its part of an invocation counts against the function's timeout"});
}

}  // namespace

std::vector<remark> remarks_on_extensions(const analysis::timeline& t) {
  tally found;
  std::size_t environments = 0;
  for (const environment_row& e : t.environments) {
    if (e.extensions.empty()) continue;
    ++environments;
    for (const extension_row& x : e.extensions)
      for (const auto about : {on_launch, on_registration, on_first_next, on_crash, on_error,
                               on_shutdown, on_telemetry})
        found.add(about(e, x));
  }
  std::vector<remark> all = std::move(found).result(environments);
  on_late_ones(t, all);
  return all;
}

}  // namespace lambdaprof::report
