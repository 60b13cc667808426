// SPDX-License-Identifier: Apache-2.0
#include "trial_options.hpp"

namespace lambdaprof::app {

void set_up_compare(CLI::App& app, running<command::compare_options>& a) {
  command::compare_options& o = a.options;
  app.add_option("FUNCTION|RESULT", o.subjects,
                 "functions to be measured in one trial; or saved results (--json)");
  const auto add_list = [&](const char* flag, const char* value, std::vector<std::string>& to,
                            const char* says) {
    app.add_option(flag, to, says)
        ->type_name(value)
        ->group("Variants")
        ->allow_extra_args(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add_list("--variant", "NAME:K=V,…", o.variants,
           "a variant of the function: variables in capitals, or keys of the\nprofile; repeatable");
  add_list("--sweep", "KEY=a,b,…", o.sweeps,
           "a variant for each value of the key; repeatable, then each with each");
  add_list("--each", "KEY=a,b,…", o.each,
           "all variants once more for each value, compared among themselves;\nrepeatable");
  app.add_flag_function(
         "--aa",
         [&o](std::int64_t) {
           o.flags.push_back({"trial.self_test", "true", "--aa"});
         },
         "measures the base twice: what differs there, the machine did")
      ->group("Variants");
  app.add_flag("--force", o.forces, "compares saved results of other plans, models or machines");
  add_key_flags(app, compare_flags, "Trial", o.flags);
  add_common(app, a);
  add_foreign_outputs(app, o.outputs);
  app.footer(
      "Every block has a fresh start of each variant, one after the other in random order, so "
      "that\n"
      "whatever the machine does in between falls on all alike.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof compare ./old ./new\n"
      "  lambdaprof compare ./bootstrap --variant sync:INIT=sync --variant async:INIT=async\n"
      "  lambdaprof compare ./bootstrap --sweep memory=128,512,1769 --precision 2%\n"
      "  lambdaprof compare ./bootstrap --variant sync:INIT=sync --variant async:INIT=async "
      "--each memory=128,1769\n"
      "  lambdaprof compare ./old ./new --json trial.json && lambdaprof compare trial.json\n"
      "  lambdaprof compare monday.json tuesday.json\n"
      "\n"
      "Status: 0 whatever is found, 2 bad usage or results that cannot be compared, 4 a function\n"
      "failed, 5 this host cannot do what was required, 130 interrupted.");
}

void set_up_experiment(CLI::App& app, running<command::experiment_options>& a) {
  command::experiment_options& o = a.options;
  app.add_option("NAME", o.name, "an experiment, or the file of one; without it: which there are");
  app.add_option("--profiles", o.folder, "where the experiments are (above the program)")
      ->type_name("DIR");
  add_key_flags(app, compare_flags, "Trial", o.flags);
  add_common(app, a);
  add_foreign_outputs(app, o.outputs);
  app.footer(
      "An experiment is a profile with variants, a question and the metrics that answer it: what\n"
      "async init, warmed connections, precompiled templates or a response cache are worth.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof experiment\n"
      "  lambdaprof experiment async-init\n"
      "  lambdaprof experiment connection-warming --cold 60 --json warming.json\n"
      "\n"
      "Status: 0 whatever is found, 2 bad usage, 4 a function failed, 5 this host cannot do what\n"
      "was required, or a service did not start, 130 interrupted.");
}

void set_up_gate(CLI::App& app, running<command::gate_options>& a) {
  command::gate_options& o = a.options;
  app.add_option("FUNCTION", o.command,
                 "the function binary; what follows -- is passed to it as arguments");
  const auto is_named = [](const std::string& file) {
    return file.empty() ? std::string("the name of the file is empty") : std::string();
  };
  app.add_option("--baseline", o.baseline,
                 "the function before the change, measured in the same blocks; or a\n"
                 "result that --update has written, here or elsewhere")
      ->type_name("FUNCTION|RESULT")
      ->group("Budgets")
      ->check(is_named);
  app.add_flag("--update", o.updates, "measures the function and writes the result to --baseline")
      ->group("Budgets");
  app.add_option("--budgets", o.budgets,
                 "budgets in a file: {\"cold.first_ms\": [\"p50 < 150ms\"]}")
      ->type_name("FILE")
      ->group("Budgets")
      ->check(is_named);
  app.add_flag_function(
         "--no-aa",
         [&o](std::int64_t) {
           o.flags.push_back({"trial.self_test", "false", "--no-aa"});
         },
         "does not test the machine by measuring a program against itself")
      ->group("Budgets");
  add_key_flags(app, gate_flags, "Budgets", o.flags);
  add_common(app, a);
  add_foreign_outputs(app, o.outputs);
  app.footer(
      "A verdict is proved at the error rate, or it is inconclusive. Without a budget it is\n"
      "'cold.first_ms: p50 <= baseline + 10%'. Metrics are paths of .summary in the results.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof gate ./new --baseline ./old\n"
      "  lambdaprof gate ./bootstrap --budget 'cold.cold_ms: p90 < 80ms' --junit gate.xml\n"
      "  lambdaprof gate ./bootstrap --baseline base.json --update\n"
      "  lambdaprof gate ./bootstrap --baseline base.json --budget 'cold.cold_ms: p50 <= "
      "baseline + 20%'\n"
      "\n"
      "Status: 0 within all budgets, 1 over one, proved, 2 bad usage, 3 inconclusive, 4 the "
      "function\n"
      "failed, 5 this host cannot do what was required, 130 interrupted.");
}

}  // namespace lambdaprof::app
