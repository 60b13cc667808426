// SPDX-License-Identifier: Apache-2.0
#include "profile/fields.hpp"

#include <algorithm>

#include "analysis/metric.hpp"
#include "base/text.hpp"
#include "profile/budget_list.hpp"
#include "profile/event_list.hpp"
#include "profile/json_text.hpp"
#include "profile/mark_list.hpp"
#include "profile/phase_list.hpp"
#include "profile/plan.hpp"
#include "profile/variables.hpp"
#include "profile/variant.hpp"
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

/// KEY=a,b,c.
struct sweep_text : text {
  sweep_text() : text{1, 4096} {}
  std::string expects() const { return "a text such as memory=128,512,1769"; }
  result<std::string> read(const json& value, const source& from) const {
    auto words = text::read(value, from);
    if (!words) return unlike(expects(), value);
    if (const auto fine = read_sweep(*words, ""); !fine) return fine.error();
    return words;
  }
};

/// The path of a metric in a summary.
struct metric_key : text {
  static std::vector<std::string> known() {
    std::vector<std::string> keys;
    for (const analysis::metric& m : analysis::metrics()) keys.emplace_back(m.key);
    return keys;
  }
  std::string expects() const { return "a metric such as cold.cold_ms"; }
  json schema() const { return schema_of_metric_key(); }
  result<std::string> read(const json& value, const source& from) const {
    auto words = text::read(value, from);
    if (!words) return unlike(expects(), value);
    if (analysis::find_metric(*words) != nullptr) return words;
    const auto near = nearest(*words, known());
    return unlike(expects(), value, near ? "did you mean " + *near + "?" : "");
  }
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

/// `place` takes a profile, const or not, to the value.
template <class Shape, class Place>
field make(std::string path, std::string says, Shape shape, Place place) {
  field f{
      std::move(path), std::move(says), shape.expects(), shape.schema(), {}, {}, {}, {}, {}, {}};
  f.set = [shape, place](profile& p, const json& value, const source& from) -> result<void> {
    auto read = shape.read(value, from);
    if (!read) return read.error();
    place(p) = std::move(*read);
    return {};
  };
  if constexpr (requires(profile & p, const json& value) {
                  shape.add(place(p), *shape.read(value, {}));
                }) {
    f.use = flag_use::extends;
    f.add = [shape, place](profile& p, const json& value, const source& from) -> result<void> {
      auto read = shape.read(value, from);
      if (!read) return read.error();
      shape.add(place(p), std::move(*read));
      return {};
    };
  }
  if constexpr (requires(const profile& p) { shape.tell(place(p)); })
    f.tell = [shape, place](const profile& p) { return shape.tell(place(p)); };
  f.from_text = [shape](std::string_view words) { return shape.from_text(words); };
  return f;
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
      make("function.name", "The name of the function, as the runtime is told it.",
           text{1, 64, is_word, "letters, digits, - and _", "^[a-zA-Z0-9_-]+$"},
           at(&function::name)),
      make("function.command", "The executable and its arguments.", list_of<text>{text{}, {}},
           at(&function::command)),
      make("function.directory",
           "LAMBDA_TASK_ROOT and working folder; empty: the folder of the executable.", text{},
           at(&function::directory)),
      make("function.handler", "The handler string that the runtime finds in _HANDLER.",
           text{1, 128, is_visible, "bytes without blanks", R"(^\S+$)"}, at(&function::handler)),
      make("function.environment",
           "Environment variables, 4 KB in all; names that Lambda sets itself are refused.",
           variable_set{}, at(&function::variables)),
      make("function.memory_mb", "The configured memory, which also decides the share of CPU.",
           whole<std::int64_t>{128, 10240}, at(&function::memory_mb)),
      make("function.timeout", "The function timeout.", duration{1ms, 900s},
           at(&function::timeout)),
      make(
          "function.extensions",
          "A folder of external extensions: each file in it is started before the runtime.", text{},
          [](auto& p) -> auto& { return p.extensions; }),
      make("function.snap_start",
           "Declares SnapStart: /restore/next and its hooks; no snapshot is taken.", truth{},
           at(&function::snap_start)),
      make("function.max_concurrency",
           "Invocations of one environment at a time, as on Lambda Managed Instances; 0: one, and "
           "frozen in between.",
           whole<std::uint32_t>{0, 1600}, at(&function::max_concurrency)),
      make("function.invoke_mode",
           "How the invoker takes a response: buffered, 6 MB at most, or as a stream of up to 200.",
           one_of<environment::invoke_mode>{environment::invoke_mode_names},
           at(&function::invoke_mode)),
      make("function.limit_stream_rate",
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
      make("caller.client_context", "The client context of each event, a JSON object.",
           json_text{most_client_context}, at(&caller::client_context)),
      make("caller.cognito_identity_id", "The Cognito identity that calls.", id,
           at(&caller::cognito_identity_id)),
      make("caller.cognito_identity_pool_id", "The pool of that identity.", id,
           at(&caller::cognito_identity_pool_id)),
      make("caller.tenant_id", "The tenant, of a function with tenant isolation.", id,
           at(&caller::tenant_id)),
      make("caller.trace", "X-Amzn-Trace-Id of the caller, passed through; empty: one is made.", id,
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
  field warm = make("load.warm",
                    "Events after the burst of a cycle, one after the other. If not given: 20 "
                    "after a burst of one, none after a larger one.",
                    some_or_none, at(&settings::warm));
  warm.tell = [](const profile& p) { return some_or_none.tell(warm_of(p.load)); };
  return {
      make("load.cold", "Measured cycles, each with a cold start.", some, at(&settings::cold)),
      std::move(warm),
      make("load.warm_up", "Cycles before them whose samples are discarded.", some_or_none,
           at(&settings::warm_up)),
      make("load.burst", "Events at once at the beginning of a cycle.", some, at(&settings::burst)),
      make("load.idle", "Begins each cycle with so much inactivity instead of a fresh start.",
           optional_of<duration>{{1ms, 8760h}}, at(&settings::idle)),
      make("load.plan",
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
      make("pool.keep_alive", "How long an idle environment is kept.", keep_alive_law{},
           at(&settings::keep_alive)),
      make("pool.max_environments", "At most so many environments; events beyond are throttled.",
           whole<std::uint32_t>{1, 10'000}, at(&settings::max_environments)),
      make("pool.max_lifetime", "No environment lives longer.", duration{1ms, 8760h},
           at(&settings::max_lifetime)),
      make("pool.provisioned",
           "Provisioned concurrency: so many environments are initialized before the plan begins, "
           "and kept; events beyond go to others, on demand.",
           whole<std::uint32_t>{0, 10'000}, at(&settings::provisioned)),
      make("pool.warmer",
           "Pings that keep environments warm: every so often, so many at once, each holding its "
           "environment so long. They are counted and billed apart.",
           optional_of<warmer_words>{}, at(&settings::warmer)),
      make("pool.idle_clock", "Whether idle time is skipped or waited for.",
           one_of<fleet::idle_clock>{fleet::idle_clock_names}, at(&settings::idle_clock)),
  };
}

field events_field() {
  return make(
      "events", "The events to send: in turn, or drawn by weight.", event_list{},
      [](auto& p) -> auto& { return p.events; });
}

field page_cache_field() {
  return make(
      "page_cache",
      "Whether the files that the function maps are in memory when a process starts (hot), or "
      "evicted before (cold).",
      one_of<page_cache>{page_cache_names}, [](auto& p) -> auto& { return p.page_cache; });
}

field marks_field() {
  field marks = make(
      "marks", "What a line of the function tells: a name, and a text that the line contains.",
      mark_list{}, [](auto& p) -> auto& { return p.marks; });
  marks.use = flag_use::merges;
  return marks;
}

std::vector<field> run_fields() {
  return {
      marks_field(),
      make(
          "init_trace",
          "Whether Go, Python and the dynamic loader are made to say what they do at a start, "
          "which "
          "takes time.",
          truth{}, [](auto& p) -> auto& { return p.function.traces_init; }),
      make(
          "seed", "The seed of everything that is drawn by chance.",
          whole<std::uint64_t>{0, UINT64_MAX}, [](auto& p) -> auto& { return p.seed; }),
      make(
          "require", "What the host must be able to enforce; otherwise the run is refused.",
          list_of<one_of<ability>>{{ability_names}, ','},
          [](auto& p) -> auto& { return p.require; }),
      make(
          "give_up",
          "After so many failed inits or invocations without one success the run stops; 0: never.",
          some_or_none, [](auto& p) -> auto& { return p.give_up; }),
      make(
          "services",
          "Programs that run beside the functions, such as a store, each a command. A service says "
          "that it is ready by a line \"ready NAME=VALUE …\" on standard output; the variables are "
          "given to the functions.",
          list_of<list_of<text>>{{text{}, {}}, {}}, [](auto& p) -> auto& { return p.services; }),
      make(
          "variants",
          "What is compared: names, and for each what differs from the rest of the profile.",
          variant_list{}, [](auto& p) -> auto& { return p.variants; }),
  };
}

std::vector<field> trial_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.trial.*member;
    };
  };
  using settings = trial_settings;
  return {
      make("trial.base", "The variant that the others are compared with; empty: the first.",
           text{0, most_name_bytes}, at(&settings::base)),
      make("trial.max_blocks",
           "At most so many measured blocks, each with one cycle of every variant.",
           whole<std::uint32_t>{6, 100'000}, at(&settings::max_blocks)),
      make("trial.precision",
           "Ends the trial once the ratios of all variants are known so closely; null: it goes on "
           "to its last block.",
           optional_of<fraction>{{1}}, at(&settings::precision)),
      make("trial.self_test",
           "Whether the base is measured against itself as well, which shows what the machine puts "
           "there; null: as the command has it.",
           optional_of<truth>{}, at(&settings::self_test)),
      make("trial.each",
           "Keys with values, as memory=128,512,1769: all variants once more for each value, and "
           "compared among themselves.",
           list_of<sweep_text>{}, at(&settings::each)),
      make("trial.question", "What an experiment asks, in one sentence.", text{0, 400},
           at(&settings::question)),
      make("trial.judged_by", "The metrics that answer it.", list_of<metric_key>{},
           at(&settings::judged_by)),
      make("trial.needs", "How to get what an experiment runs, for who does not have it.",
           text{0, 400}, at(&settings::needs)),
      make(
          "budgets", "Upper limits on figures, by metric.", budget_list{},
          [](auto& p) -> auto& { return p.budgets; }),
  };
}

std::vector<field> gate_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.gate.*member;
    };
  };
  using settings = gate_settings;
  return {
      make("gate.alpha", "How often a verdict may be wrong, each way.", fraction{0.5},
           at(&settings::alpha)),
      make("gate.on_inconclusive", "What becomes of a budget about which nothing could be proved.",
           one_of<on_inconclusive>{on_inconclusive_names}, at(&settings::on_inconclusive)),
      make("gate.machine_deviation",
           "How far machines of one kind differ, as the standard deviation of log ratios, for a "
           "baseline that another machine has measured.",
           fraction{1}, at(&settings::machine_deviation)),
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
