// SPDX-License-Identifier: Apache-2.0
#include "profile/fields.hpp"

#include <algorithm>

#include "profile/event_list.hpp"
#include "profile/json_text.hpp"
#include "profile/make_field.hpp"
#include "profile/mark_list.hpp"
#include "profile/phase_list.hpp"
#include "profile/plan.hpp"
#include "profile/trial_fields.hpp"
#include "profile/variables.hpp"
#include "profile/variant_list.hpp"

namespace lambdaprof::profile {
namespace {

using namespace std::chrono_literals;

struct keep_alive_law {
  std::string expects() const {
    return "none, fixed:10m, uniform:300s,360s, exponential:10m, aws-2025 or aws-2020";
  }
  json schema() const {
    return {{"type", "string"},
            {"pattern", "^(none|aws-20(20|25)|(fixed|uniform|exponential):.+)$"}};
  }
  result<fleet::keep_alive> read(const json& value, const source&) const {
    if (!value.is_string()) return unlike(expects(), value);
    return fleet::parse_keep_alive(value.get_ref<const std::string&>());
  }
  json tell(const fleet::keep_alive& law) const { return fleet::spell(law); }
  result<json> from_text(std::string_view words) const { return json(words); }
};

struct warmer_words {
  std::string expects() const { return "a warmer such as every=4m,concurrency=5,hold=75ms"; }
  json schema() const {
    return {{"type", "string"}, {"pattern", "^((every|concurrency|hold|payload)=.*)?$"}};
  }
  result<fleet::warmer> read(const json& value, const source&) const {
    if (!value.is_string()) return unlike(expects(), value);
    auto w = fleet::parse_warmer(value.get_ref<const std::string&>());
    if (w && !w->payload.empty() && !json::accept(w->payload))
      return fault{fault_kind::usage, "the payload of the warmer is not JSON", "",
                   "it comes last: every=4m,payload={\"ping\":true}"};
    return w;
  }
  json tell(const fleet::warmer& w) const { return fleet::spell(w); }
  result<json> from_text(std::string_view words) const { return json(words); }
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool is_visible(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
}

constexpr whole<std::uint32_t> some{1, 1'000'000};
constexpr whole<std::uint32_t> some_or_none{0, 1'000'000};

std::vector<field> function_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.function.*member;
    };
  };
  using environment::function;
  std::vector<field> table{
      make_field("function.name", "The name of the function, as the runtime is told it.",
                 text{1, 64, is_word, "letters, digits, - and _", "^[a-zA-Z0-9_-]+$"},
                 at(&function::name)),
      make_field("function.command", "The executable and its arguments.", list_of<text>{text{}, {}},
                 at(&function::command)),
      make_field("function.directory",
                 "LAMBDA_TASK_ROOT and working folder; empty: the folder of the executable.",
                 text{}, at(&function::directory)),
      make_field("function.handler", "The handler string that the runtime finds in _HANDLER.",
                 text{1, 128, is_visible, "bytes without blanks", R"(^\S+$)"},
                 at(&function::handler)),
      make_field("function.environment",
                 "Environment variables, 4 KB in all; names that Lambda sets itself are refused.",
                 variable_set{}, at(&function::variables)),
      make_field("function.memory_mb",
                 "The configured memory, which also decides the share of CPU.",
                 whole<std::int64_t>{128, 10240}, at(&function::memory_mb)),
      make_field("function.timeout", "The function timeout.", duration{1ms, 900s},
                 at(&function::timeout)),
      make_field(
          "function.extensions",
          "A folder of external extensions: each file in it is started before the runtime.", text{},
          [](auto& p) -> auto& { return p.extensions; }),
      make_field("function.snap_start",
                 "Declares SnapStart: /restore/next and its hooks; no snapshot is taken.", truth{},
                 at(&function::snap_start)),
      make_field(
          "function.max_concurrency",
          "Invocations of one environment at a time, as on Lambda Managed Instances; 0: one, and "
          "frozen in between.",
          whole<std::uint32_t>{0, 1600}, at(&function::max_concurrency)),
      make_field(
          "function.invoke_mode",
          "How the invoker takes a response: buffered, 6 MB at most, or as a stream of up to 200.",
          one_of<environment::invoke_mode>{environment::invoke_mode_names},
          at(&function::invoke_mode)),
      make_field("function.limit_stream_rate",
                 "Whether a streamed response is slowed down to 2 MB/s after its first 6 MB, as on "
                 "Lambda.",
                 truth{}, at(&function::limits_stream_rate)),
  };
  std::find_if(table.begin(), table.end(), [](const field& f) {
    return f.path == "function.environment";
  })->use = flag_use::merges;
  return table;
}

std::vector<field> caller_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.function.caller.*member;
    };
  };
  using environment::caller;
  const text id{0, 256, is_visible, "bytes without blanks", R"(^\S*$)"};
  return {
      make_field("caller.client_context", "The client context of each event, a JSON object.",
                 json_text{most_client_context}, at(&caller::client_context)),
      make_field("caller.cognito_identity_id", "The Cognito identity that calls.", id,
                 at(&caller::cognito_identity_id)),
      make_field("caller.cognito_identity_pool_id", "The pool of that identity.", id,
                 at(&caller::cognito_identity_pool_id)),
      make_field("caller.tenant_id", "The tenant, of a function with tenant isolation.", id,
                 at(&caller::tenant_id)),
      make_field("caller.trace",
                 "X-Amzn-Trace-Id of the caller, passed through; empty: one is made.", id,
                 at(&caller::trace)),
  };
}

std::vector<field> load_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.load.*member;
    };
  };
  using settings = load_settings;
  field warm =
      make_field("load.warm",
                 "Events after the burst of a cycle, one after the other. If not given: 20 "
                 "after a burst of one, none after a larger one.",
                 some_or_none, at(&settings::warm));
  warm.tell = [](const profile& p) { return some_or_none.tell(warm_of(p.load)); };
  return {
      make_field("load.cold", "Measured cycles, each with a cold start.", some,
                 at(&settings::cold)),
      std::move(warm),
      make_field("load.warm_up", "Cycles before them whose samples are discarded.", some_or_none,
                 at(&settings::warm_up)),
      make_field("load.burst", "Events at once at the beginning of a cycle.", some,
                 at(&settings::burst)),
      make_field("load.idle", "Begins each cycle with so much inactivity instead of a fresh start.",
                 optional_of<duration>{{1ms, 8760h}}, at(&settings::idle)),
      make_field("load.plan",
                 "The load as a list of phases: burst, idle, sequential, steady, poisson, fresh, "
                 "repeat. Replaces the other keys of load.",
                 optional_of<phase_list>{}, at(&settings::plan)),
  };
}

std::vector<field> pool_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.pool.*member;
    };
  };
  using fleet::settings;
  return {
      make_field("pool.keep_alive", "How long an idle environment is kept.", keep_alive_law{},
                 at(&settings::keep_alive)),
      make_field("pool.max_environments",
                 "At most so many environments; events beyond are throttled.",
                 whole<std::uint32_t>{1, 10'000}, at(&settings::max_environments)),
      make_field("pool.max_lifetime", "No environment lives longer.", duration{1ms, 8760h},
                 at(&settings::max_lifetime)),
      make_field(
          "pool.provisioned",
          "Provisioned concurrency: so many environments are initialized before the plan begins, "
          "and kept; events beyond go to others, on demand.",
          whole<std::uint32_t>{0, 10'000}, at(&settings::provisioned)),
      make_field(
          "pool.warmer",
          "Pings that keep environments warm: every so often, so many at once, each holding its "
          "environment so long. They are counted and billed apart.",
          optional_of<warmer_words>{}, at(&settings::warmer)),
      make_field("pool.idle_clock", "Whether idle time is skipped or waited for.",
                 one_of<fleet::idle_clock>{fleet::idle_clock_names}, at(&settings::idle_clock)),
  };
}

field events_field() {
  return make_field(
      "events", "The events to send: in turn, or drawn by weight.", event_list{},
      [](auto& p) -> auto& { return p.events; });
}

field page_cache_field() {
  return make_field(
      "page_cache",
      "Whether the files that the function maps are in memory when a process starts (hot), or "
      "evicted before (cold).",
      one_of<page_cache>{page_cache_names}, [](auto& p) -> auto& { return p.page_cache; });
}

field marks_field() {
  field marks = make_field(
      "marks", "What a line of the function tells: a name, and a text that the line contains.",
      mark_list{}, [](auto& p) -> auto& { return p.marks; });
  marks.use = flag_use::merges;
  return marks;
}

std::vector<field> run_fields() {
  return {
      marks_field(),
      make_field(
          "init_trace",
          "Whether Go, Python and the dynamic loader are made to say what they do at a start, "
          "which "
          "takes time.",
          truth{}, [](auto& p) -> auto& { return p.function.traces_init; }),
      make_field(
          "seed", "The seed of everything that is drawn by chance.",
          whole<std::uint64_t>{0, UINT64_MAX}, [](auto& p) -> auto& { return p.seed; }),
      make_field(
          "require", "What the host must be able to enforce; otherwise the run is refused.",
          list_of<one_of<ability>>{{ability_names}, ','},
          [](auto& p) -> auto& { return p.require; }),
      make_field(
          "give_up",
          "After so many failed inits or invocations without one success the run stops; 0: never.",
          some_or_none, [](auto& p) -> auto& { return p.give_up; }),
      make_field(
          "services",
          "Programs that run beside the functions, such as a store, each a command. A service says "
          "that it is ready by a line \"ready NAME=VALUE …\" on standard output; the variables are "
          "given to the functions.",
          list_of<list_of<text>>{{text{}, {}}, {}}, [](auto& p) -> auto& { return p.services; }),
      make_field(
          "variants",
          "What is compared: names, and for each what differs from the rest of the profile.",
          variant_list{}, [](auto& p) -> auto& { return p.variants; }),
  };
}

/// What describes a function and its surroundings; the rest is one for all variants of a trial.
std::vector<field> varying(std::vector<field> table) {
  for (field& f : table) f.varies = true;
  return table;
}

std::vector<field> all_fields() {
  std::vector<field> table = varying(function_fields());
  const auto append = [&](std::vector<field> more) {
    std::move(more.begin(), more.end(), std::back_inserter(table));
  };
  append(varying(caller_fields()));
  append(varying({events_field()}));
  append(load_fields());
  append(varying(pool_fields()));
  append(varying({page_cache_field()}));
  append(run_fields());
  append(trial_fields());
  append(simulation_fields());
  append(gate_fields());
  return table;
}

}  // namespace

const std::vector<field>& fields() {
  static const std::vector<field> table = all_fields();
  return table;
}

const field* find_field(std::string_view path) {
  const auto at = std::find_if(fields().begin(), fields().end(),
                               [&](const field& f) { return f.path == path; });
  return at == fields().end() ? nullptr : &*at;
}

std::string_view section_of(const field& f) {
  const std::string_view path = f.path;
  const std::size_t dot = path.find('.');
  return dot == path.npos ? "" : path.substr(0, dot + 1);
}

std::string_view word_of(const field& f) {
  return std::string_view(f.path).substr(section_of(f).size());
}

void remember(profile& p, const field& f, const json& value, std::string_view by) {
  if (f.use != flag_use::merges) {
    p.origins[f.path] = by;
    return;
  }
  for (const auto& [key, ignored] : value.items()) p.origins[f.path + "." + key] = by;
}

}  // namespace lambdaprof::profile
