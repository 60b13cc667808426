// SPDX-License-Identifier: Apache-2.0
#include "simulate_options.hpp"

namespace lambdaprof::app {
namespace {

constexpr key_flag pool_keys[] = {
    {"--memory", "function.memory_mb", "MB", "the configured memory (that of the result, or 128)"},
    {"--timeout", "function.timeout", "DUR", "the function timeout (that of the result, or 3s)"},
    {"--keep-alive", "pool.keep_alive", "LAW",
     "where a policy says nothing else (uniform:300s,360s, as aws-2025)"},
    {"--max-environments", "pool.max_environments", "N",
     "beyond so many, requests are throttled (1000)"},
    {"--seed", "seed", "N", "the seed of all chance (1)"},
};

}  // namespace

void set_up_simulate(CLI::App& app, running<command::simulate_options>& a) {
  command::simulate_options& o = a.options;
  const auto add = [&](const char* flag, std::string& to, const char* value, const char* group,
                       const char* says) {
    app.add_option(flag, to, says)->type_name(value)->group(group);
  };
  const auto add_list = [&](const char* flag, std::vector<std::string>& to, const char* value,
                            const char* group, const char* says) {
    app.add_option(flag, to, says)
        ->type_name(value)
        ->group(group)
        ->allow_extra_args(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add("--from", o.from, "RESULT", "Times",
      "a result (--json) or journal, of which times are drawn");
  add("--variant", o.variant, "NAME", "Times", "which of its variants, if it has several");
  add("--init", o.init, "LAW", "Times", "fixed:100ms, exponential:100ms or lognormal:100ms,0.3");
  add("--first", o.first, "LAW", "Times", "the first handler of an environment (as --handler)");
  add("--handler", o.handler, "LAW", "Times", "later handlers");
  add("--after", o.after, "LAW", "Times", "from the response to the next /next (nothing)");
  add_list("--traffic", o.traffic, "KIND", "Load",
           "poisson:0.5 or steady:0.5 (a second), burst:20,15m; repeatable");
  app.add_option("--days", o.days, "so many days of it (30)")->type_name("N")->group("Load");
  add("--profile", o.profile, "FILE", "Load", "a JSON profile; its load.plan, without --traffic");
  add_list("--policy", o.policies, "POLICY", "Pool",
           "none, keep-alive:LAW, warmer:every=4m,concurrency=5,hold=75ms or\nprovisioned:N, with "
           "+ between several; repeatable");
  add_key_flags(app, pool_keys, "Pool", o.flags);
  app.add_option("--progress", a.progress, "a progress line on a terminal, or never")
      ->check(CLI::IsMember({"auto", "never"}))
      ->type_name("auto|never");
  add_output(app, "--json", o.outputs.json, "all figures");
  add_output(app, "--csv", o.outputs.csv, "one row for each policy");
  add_output(app, "--markdown", o.outputs.markdown, "the report for a pull request");
  add_output(app, "--html", o.outputs.html, "the report as one page, with curves over the traffic");
  app.footer(
      "Plays the pool in virtual time, by the code that keeps real environments. Each policy gets "
      "the\n"
      "same requests.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof run ./bootstrap --cold 50 --json result.json\n"
      "  lambdaprof simulate --from result.json --traffic poisson:0.01 --traffic poisson:1\n"
      "  lambdaprof simulate --from result.json --traffic burst:20,15m \\\n"
      "    --policy none --policy warmer:every=4m,concurrency=20 --policy provisioned:20\n"
      "  lambdaprof simulate --init lognormal:250ms,0.3 --handler exponential:20ms --traffic "
      "poisson:0.1\n"
      "\n"
      "Status: 0 success, 2 bad usage or a result that cannot be read.");
}

}  // namespace lambdaprof::app
