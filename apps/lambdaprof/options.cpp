// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check_options.hpp"
#include "command/doctor.hpp"
#include "command/history.hpp"
#include "command/report.hpp"
#include "command/run.hpp"
#include "flags.hpp"
#include "simulate_options.hpp"
#include "trial_options.hpp"

namespace lambdaprof::app {
namespace {

void set_up_run(CLI::App& app, running<command::run_options>& a) {
  command::run_options& o = a.options;
  app.add_option("FUNCTION", o.command,
                 "the function binary; what follows -- is passed to it as arguments");
  add_key_flags(app, run_flags, "Load", o.flags);
  add_key_switches(app, run_switches, "Function", o.flags);
  add_common(app, a);
  add_output(app, "--journal", o.outputs.journal, "every fact of the run, one JSON object a line");
  app.add_flag("--show-output", o.shows_output,
               "the log as Lambda writes it, with what the function prints, on stderr");
  app.add_flag("--print-profile", o.prints_profile,
               "the profile in force, with the origin of each value");
  app.footer(
      "Examples:\n"
      "  lambdaprof run ./bootstrap\n"
      "  lambdaprof run ./bootstrap --env INIT=async --memory 512 --cold 50 --json result.json\n"
      "  lambdaprof run ./bootstrap --burst 50 --idle 15m --cold 5\n"
      "  lambdaprof run python3 -- -m awslambdaric app.handler\n"
      "\n"
      "Status: 0 success, 2 bad usage or profile, 4 the function failed, 5 this host cannot do "
      "what was\n"
      "required, 70 a bug of ours, 130 interrupted (what was measured is still reported).");
}

void set_up_report(CLI::App& app, command::report_options& o) {
  app.add_option("FILE", o.files, "results (--json) or journals (--journal); - is standard input")
      ->required();
  add_outputs(app, o.outputs);
  add_foreign_outputs(app, o.outputs);
  app.footer(
      "Examples:\n"
      "  lambdaprof report result.json\n"
      "  lambdaprof report run.journal --markdown - >> \"$GITHUB_STEP_SUMMARY\"");
}

void set_up_history(CLI::App& app, command::history_options& o) {
  app.add_option("RESULT|FOLDER", o.paths, "results (--json), or folders of them")->required();
  app.add_option("--metric", o.metric, "a path of .summary in the results (cold.cold_ms)")
      ->type_name("METRIC");
  add_output(app, "--json", o.json, "the series and their changes");
  app.footer(
      "Advisory: says where the medians changed for good, by the commit that --label gave to each\n"
      "result. It takes at least six of them, and finds changes of 5 % and more.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof run ./bootstrap --label \"$(git rev-parse --short HEAD)\" --json "
      "nightly/$(date +%F).json\n"
      "  lambdaprof history nightly/\n"
      "\n"
      "Status: 0 whatever is found, 2 bad usage or no result.");
}

void set_up_doctor(CLI::App& app, command::doctor_options& o) {
  add_output(app, "--json", o.json, "what was found, with its figures");
  app.footer(
      "Tries for some seconds what this machine can do; nothing is left behind. Its load is a "
      "part\n"
      "of what is found: ask when it is as busy as it will be when you measure.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof doctor\n"
      "  lambdaprof doctor --json - | jq -r .verdict\n"
      "\n"
      "Status: 0 whatever is found, 2 bad usage, 130 interrupted.");
}

/// The nearest known flag or command to a word that is none.
std::string suggestion(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    known.push_back(sub->get_name());
  const auto near = nearest(word, known);
  return near ? fmt::format(" (did you mean {}?)", *near) : "";
}

/// Unknown words are named with the nearest known one; CLI11 alone would only list them.
std::optional<std::string> first_unknown(const CLI::App& app) {
  const CLI::App* used = &app;
  for (const CLI::App* sub : app.get_subcommands()) used = sub;
  const auto extras = used->remaining();
  if (extras.empty()) return std::nullopt;
  const std::string word = extras.front().substr(0, extras.front().find('='));
  return fmt::format("{}: unknown {}{}", word, word.starts_with("-") ? "flag" : "argument",
                     suggestion(*used, word));
}

std::string typed(int argc, char** argv) {
  std::string line = "lambdaprof";
  for (int i = 1; i < argc; ++i) line += " " + shell_quoted(argv[i]);
  return line;
}

int usage_error(const std::string& what) {
  command::say(stderr, "lambdaprof: " + what + "\n");
  return command::exit_status::bad_usage;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{
      "What does a cold start of this AWS Lambda function cost, and where does the time go?",
      "lambdaprof"};
  app.set_version_flag("--version", "lambdaprof " LAMBDAPROF_VERSION);
  app.footer(
      "lambdaprof COMMAND --help tells more, with examples. Begin with: lambdaprof run "
      "./bootstrap");
  running<command::run_options> run;
  running<command::compare_options> compare;
  running<command::experiment_options> experiment;
  running<command::gate_options> gate;
  running<command::simulate_options> simulate;
  running<command::check_options> check;
  command::report_options report;
  command::history_options history;
  command::doctor_options doctor;
  CLI::App* run_command =
      app.add_subcommand("run", "measure one function: cold starts, warm invocations, bursts");
  CLI::App* compare_command =
      app.add_subcommand("compare", "measure several variants in one trial, or compare results");
  CLI::App* experiment_command = app.add_subcommand(
      "experiment", "what a technique is worth: a ready comparison, with its report");
  CLI::App* gate_command =
      app.add_subcommand("gate", "judge a function by budgets and a baseline, for CI");
  CLI::App* check_command = app.add_subcommand(
      "check", "whether a used environment answers like a fresh one, and what grows in it");
  CLI::App* simulate_command = app.add_subcommand(
      "simulate", "what cold starts a load would meet and cost, under several policies");
  CLI::App* report_command = app.add_subcommand("report", "render saved results or journals again");
  CLI::App* history_command =
      app.add_subcommand("history", "where a figure changed for good, over many results");
  CLI::App* doctor_command = app.add_subcommand(
      "doctor", "what this machine can enforce of Lambda, how noisy it is, what would mend that");
  set_up_run(*run_command, run);
  set_up_compare(*compare_command, compare);
  set_up_experiment(*experiment_command, experiment);
  set_up_gate(*gate_command, gate);
  set_up_check(*check_command, check);
  set_up_simulate(*simulate_command, simulate);
  set_up_report(*report_command, report);
  set_up_history(*history_command, history);
  set_up_doctor(*doctor_command, doctor);
  for (CLI::App* each :
       {run_command, compare_command, experiment_command, gate_command, check_command,
        simulate_command, report_command, history_command, doctor_command})
    each->allow_extras();
  app.allow_extras();

  // What follows -- is the function's and none of our parser's business.
  char** const separator =
      std::find_if(argv, argv + argc, [](const char* a) { return a == std::string_view("--"); });
  try {
    app.parse(static_cast<int>(separator - argv), argv);
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    if (const auto unknown = first_unknown(app)) return usage_error(*unknown);
    return usage_error(error.what());
  }
  if (const auto unknown = first_unknown(app)) return usage_error(*unknown);
  // Of a command that runs functions.
  const auto start = [&](auto& of, auto do_it) {
    of.options.command_line = typed(argc, argv);
    if (separator != argv + argc) of.options.arguments.assign(separator + 1, argv + argc);
    return do_it(of.options, command::this_console(of.progress == "auto"));
  };
  if (run_command->parsed()) return start(run, command::run);
  if (compare_command->parsed()) return start(compare, command::compare);
  if (experiment_command->parsed()) return start(experiment, command::experiment);
  if (gate_command->parsed()) return start(gate, command::gate);
  if (check_command->parsed()) return start(check, command::check);
  if (simulate_command->parsed()) {
    simulate.options.command_line = typed(argc, argv);
    return command::simulate(simulate.options, command::this_console(simulate.progress == "auto"));
  }
  if (report_command->parsed()) return command::report(report, command::this_console(false));
  if (history_command->parsed()) return command::history(history, command::this_console(false));
  if (doctor_command->parsed()) return command::doctor(doctor, command::this_console(true));
  command::say(stdout, app.help());
  return command::exit_status::bad_usage;
}

}  // namespace lambdaprof::app
