// SPDX-License-Identifier: Apache-2.0
// Flags that several commands have. A template has to be seen where it is used, so they are here
// and not in a source of their own.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "command/outputs.hpp"
#include "command/settings.hpp"

namespace lambdaprof::app {

/// Flags that set a key of the profile; the profile's own table knows what is valid.
struct key_flag {
  const char* flag;
  const char* key;
  const char* value;
  const char* says;
};

inline constexpr key_flag function_flags[] = {
    {"--event,-e", "events", "FILE|JSON", "the event to send; repeat it to send several in turn"},
    {"--env", "function.environment", "K=V", "an environment variable of the function; repeatable"},
    {"--handler", "function.handler", "NAME", "the handler string, in _HANDLER"},
    {"--name", "function.name", "NAME", "the function's name"},
    {"--memory", "function.memory_mb", "MB", "the configured memory (128)"},
    {"--timeout", "function.timeout", "DUR", "the function timeout (3s)"},
    {"--page-cache", "page_cache", "hot|cold",
     "whether the files it maps are in memory when it starts (hot)"},
    {"--mark", "marks", "NAME=TEXT",
     "a line of the function that contains TEXT tells NAME, as\n'ready=optimizer initialized in'; "
     "repeatable"},
    {"--directory", "function.directory", "DIR", "LAMBDA_TASK_ROOT (the folder of the binary)"},
    {"--extensions", "function.extensions", "DIR",
     "external extensions: each file in it is started before the runtime"},
    {"--max-concurrency", "function.max_concurrency", "N",
     "invocations of one environment at a time, as on Lambda Managed\nInstances (0: one, frozen in "
     "between)"},
    {"--invoke-mode", "function.invoke_mode", "buffered|response_stream",
     "how the invoker takes a response (buffered)"},
};
inline constexpr key_flag caller_flags[] = {
    {"--client-context", "caller.client_context", "JSON", "the client context of each event"},
    {"--cognito-identity-id", "caller.cognito_identity_id", "ID", "the identity that calls"},
    {"--cognito-identity-pool-id", "caller.cognito_identity_pool_id", "ID", "and its pool"},
    {"--tenant-id", "caller.tenant_id", "ID", "the tenant, of a function with tenant isolation"},
    {"--trace-header", "caller.trace", "TEXT", "X-Amzn-Trace-Id of the caller"},
};
/// A key that is true or false, as a flag without a value.
struct key_switch {
  const char* flag;
  const char* key;
  const char* says;
};
inline constexpr key_switch function_switches[] = {
    {"--snap-start", "function.snap_start",
     "declare SnapStart: /restore/next and its hooks; no snapshot is taken"},
    {"--limit-stream-rate", "function.limit_stream_rate",
     "slow streamed responses down after 6 MB, as Lambda does"},
};
inline constexpr key_switch run_switches[] = {
    {"--init-trace", "init_trace",
     "a table of what init spent its time on, as Go, Python and the dynamic\nloader tell it; that "
     "takes time itself"},
};
inline constexpr key_flag run_flags[] = {
    {"--cold", "load.cold", "N", "cycles, each with a cold start (20)"},
    {"--warm-up", "load.warm_up", "N", "cycles before them that are discarded (1)"},
};
inline constexpr key_flag compare_flags[] = {
    {"--cold", "load.cold", "N",
     "blocks, each with a cold start of every variant (40); the least with\n--precision"},
    {"--precision", "trial.precision", "PART",
     "until the ratios of cold starts are known so well, as 2%"},
    {"--max-blocks", "trial.max_blocks", "N", "but no more blocks than these (160)"},
    {"--warm-up", "load.warm_up", "N", "blocks before them that are discarded (2)"},
    {"--base", "trial.base", "NAME", "the variant that the others are compared with (the first)"},
};
inline constexpr key_flag gate_flags[] = {
    {"--budget", "budgets", "METRIC: LIMIT",
     "as 'cold.first_ms: p50 < 150ms' or 'peak_mb: p50 <= baseline + 5%';\nrepeatable"},
    {"--alpha", "gate.alpha", "RATE", "the error rate of either side of a verdict (0.05)"},
    {"--on-inconclusive", "gate.on_inconclusive", "pass|fail",
     "status 0 or 3 where nothing could be proved (fail)"},
    {"--max-blocks,--cold", "trial.max_blocks", "N",
     "blocks, each with a cold start of all, after which it ends (160)"},
    {"--warm-up", "load.warm_up", "N", "blocks before them that are discarded (2)"},
};
inline constexpr key_flag load_flags[] = {
    {"--warm", "load.warm", "N", "warm invocations after each cold start, in sequence (20)"},
    {"--burst", "load.burst", "N", "events at once at the start of each cycle (1)"},
    {"--idle", "load.idle", "DUR", "inactivity before each cycle instead of a fresh deployment"},
    {"--seed", "seed", "N", "the seed of all chance (1)"},
    {"--give-up", "give_up", "N",
     "stop after so many failures if nothing ever succeeded (3; 0: never)"},
};
inline constexpr key_flag pool_flags[] = {
    {"--keep-alive", "pool.keep_alive", "LAW",
     "none, fixed:10m, uniform:300s,360s (the default), exponential:10m,\naws-2025, aws-2020"},
    {"--max-environments", "pool.max_environments", "N",
     "beyond so many, events are throttled (1000)"},
    {"--warmer", "pool.warmer", "EVERY",
     "pings that keep environments warm: every=4m,concurrency=5,hold=75ms"},
    {"--provisioned", "pool.provisioned", "N",
     "provisioned concurrency: so many are initialized ahead (0)"},
    {"--idle-clock", "pool.idle_clock", "skip|real", "skip idle time or wait for it (skip)"},
    {"--require", "require", "LIST", "refuse to run unless cpu,memory,freeze can be enforced"},
};

inline constexpr const char* output_group =
    "Output (FILE may be - for standard output; the terminal report is then left out)";

inline void add_output(CLI::App& app, const std::string& flag, std::string& path,
                       const char* says) {
  const auto is_named = [](const std::string& file) {
    return file.empty() ? std::string("the name of the file is empty") : std::string();
  };
  app.add_option(flag, path, says)->type_name("FILE")->group(output_group)->check(is_named);
}

inline void add_outputs(CLI::App& app, command::output_paths& paths) {
  add_output(app, "--json", paths.json, "results with all samples");
  add_output(app, "--csv", paths.csv, "one row per invocation");
  add_output(app, "--markdown", paths.markdown, "the report for a pull request");
  add_output(app, "--html", paths.html, "the report as one page, with charts and all samples");
  add_output(app, "--perfetto", paths.perfetto,
             "a trace of all environments, for ui.perfetto.dev and chrome://tracing");
}

/// What other programs read.
inline void add_foreign_outputs(CLI::App& app, command::output_paths& paths) {
  add_output(app, "--junit", paths.junit, "JUnit XML, a test case for each verdict");
  add_output(app, "--github", paths.github, "annotations, as commands of a GitHub workflow");
  add_output(app, "--bencher", paths.bencher, "Bencher Metric Format");
  add_output(app, "--benchmark-action", paths.benchmark_action,
             "for github-action-benchmark, as customSmallerIsBetter");
  add_output(app, "--hyperfine", paths.hyperfine, "JSON as hyperfine writes it, of cold starts");
  add_output(app, "--go-bench", paths.go_bench, "Go benchmark lines, for benchstat");
}

/// Options of a command that runs functions.
template <class Options>
struct running {
  Options options;
  std::string progress = "auto";
};

inline void add_key_flags(CLI::App& app, std::span<const key_flag> flags, const char* group,
                          std::vector<command::profile_flag>& to) {
  for (const key_flag& f : flags) {
    const std::string names = f.flag;
    const std::string shown = names.substr(0, names.find(','));
    app.add_option_function<std::vector<std::string>>(
           names,
           [&to, f, shown](const std::vector<std::string>& values) {
             for (const std::string& v : values) to.push_back({f.key, v, shown});
           },
           f.says)
        ->type_name(f.value)
        ->group(group)
        ->allow_extra_args(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

inline void add_key_switches(CLI::App& app, std::span<const key_switch> switches, const char* group,
                             std::vector<command::profile_flag>& to) {
  for (const key_switch& s : switches)
    app.add_flag_callback(
           s.flag,
           [&to, s] {
             to.push_back({s.key, "true", s.flag});
           },
           s.says)
        ->group(group);
}

template <class Options>
void add_common(CLI::App& app, running<Options>& a) {
  Options& o = a.options;
  app.add_option("--profile", o.profile, "a JSON profile, comments allowed; flags override it")
      ->type_name("FILE");
  add_key_flags(app, function_flags, "Function", o.flags);
  add_key_switches(app, function_switches, "Function", o.flags);
  add_key_flags(app, caller_flags, "Invoker", o.flags);
  add_key_flags(app, load_flags, "Load", o.flags);
  add_key_flags(app, pool_flags, "Pool", o.flags);
  app.add_option("--label", o.label, "what is measured, as a commit; kept in the results")
      ->type_name("TEXT");
  app.add_flag("--ignore-failure,-i", o.ignores_failures, "status 0 even if invocations failed");
  app.add_option("--progress", a.progress, "a progress line on a terminal, or never")
      ->check(CLI::IsMember({"auto", "never"}))
      ->type_name("auto|never");
  add_outputs(app, o.outputs);
}

}  // namespace lambdaprof::app
