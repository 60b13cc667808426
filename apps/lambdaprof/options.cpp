// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "command/doctor.hpp"
#include "command/report.hpp"
#include "command/run.hpp"

namespace lambdaprof::app {
namespace {

/// Flags that set a key of the profile; the profile's own table knows what is valid.
struct key_flag {
  const char* flag;
  const char* key;
  const char* value;
  const char* says;
};

constexpr key_flag function_flags[] = {
    {"--event,-e", "events", "FILE|JSON", "the event to send; repeat it to send several in turn"},
    {"--env", "function.environment", "K=V", "an environment variable of the function; repeatable"},
    {"--handler", "function.handler", "NAME", "the handler string, in _HANDLER"},
    {"--name", "function.name", "NAME", "the function's name"},
    {"--memory", "function.memory_mb", "MB", "the configured memory (128)"},
    {"--timeout", "function.timeout", "DUR", "the function timeout (3s)"},
    {"--page-cache", "page_cache", "hot|cold",
     "whether the files it maps are in memory when it starts (hot)"},
    {"--directory", "function.directory", "DIR", "LAMBDA_TASK_ROOT (the folder of the binary)"},
};
constexpr key_flag load_flags[] = {
    {"--cold", "load.cold", "N", "cycles, each with a cold start (20)"},
    {"--warm", "load.warm", "N", "warm invocations after each cold start, in sequence (20)"},
    {"--warm-up", "load.warm_up", "N", "cycles before them that are discarded (1)"},
    {"--burst", "load.burst", "N", "events at once at the start of each cycle (1)"},
    {"--idle", "load.idle", "DUR", "inactivity before each cycle instead of a fresh deployment"},
    {"--seed", "seed", "N", "the seed of all chance (1)"},
    {"--give-up", "give_up", "N",
     "stop after so many failures if nothing ever succeeded (3; 0: never)"},
};
constexpr key_flag pool_flags[] = {
    {"--keep-alive", "pool.keep_alive", "LAW",
     "none, fixed:10m, uniform:300s,360s (the default), exponential:10m, aws-2025, aws-2020"},
    {"--max-environments", "pool.max_environments", "N",
     "beyond so many, events are throttled (1000)"},
    {"--idle-clock", "pool.idle_clock", "skip|real", "skip idle time or wait for it (skip)"},
    {"--require", "require", "LIST", "refuse to run unless cpu,memory,freeze can be enforced"},
};

constexpr const char* output_group =
    "Output (FILE may be - for standard output; the terminal report is then left out)";

void add_output(CLI::App& app, const std::string& flag, std::string& path, const char* says) {
  const auto is_named = [](const std::string& file) {
    return file.empty() ? std::string("the name of the file is empty") : std::string();
  };
  app.add_option(flag, path, says)->type_name("FILE")->group(output_group)->check(is_named);
}

void add_outputs(CLI::App& app, command::output_paths& paths) {
  add_output(app, "--json", paths.json, "results with all samples");
  add_output(app, "--csv", paths.csv, "one row per invocation");
  add_output(app, "--markdown", paths.markdown, "the report for a pull request");
}

struct run_arguments {
  command::run_options options;
  std::string progress = "auto";
};

void add_key_flags(CLI::App& app, std::span<const key_flag> flags, const char* group,
                   command::run_options& o) {
  for (const key_flag& f : flags) {
    const std::string names = f.flag;
    const std::string shown = names.substr(0, names.find(','));
    app.add_option_function<std::vector<std::string>>(
           names,
           [&o, f, shown](const std::vector<std::string>& values) {
             for (const std::string& v : values) o.flags.push_back({f.key, v, shown});
           },
           f.says)
        ->type_name(f.value)
        ->group(group)
        ->allow_extra_args(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

void set_up_run(CLI::App& app, run_arguments& a) {
  command::run_options& o = a.options;
  app.add_option("FUNCTION", o.command,
                 "the function binary; what follows -- is passed to it as arguments");
  app.add_option("--profile", o.profile, "a JSON profile, comments allowed; flags override it")
      ->type_name("FILE");
  add_key_flags(app, function_flags, "Function", o);
  add_key_flags(app, load_flags, "Load", o);
  add_key_flags(app, pool_flags, "Pool", o);
  add_outputs(app, o.outputs);
  add_output(app, "--journal", o.outputs.journal, "every fact of the run, one JSON object a line");
  app.add_flag("--show-output", o.shows_output,
               "the log as Lambda writes it, with what the function prints, on standard error");
  app.add_flag("--print-profile", o.prints_profile,
               "the profile in force, with the origin of each value");
  app.add_flag("--ignore-failure,-i", o.ignores_failures, "status 0 even if invocations failed");
  app.add_option("--progress", a.progress, "a progress line on a terminal, or never")
      ->check(CLI::IsMember({"auto", "never"}))
      ->type_name("auto|never");
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
  app.footer(
      "Examples:\n"
      "  lambdaprof report result.json\n"
      "  lambdaprof report run.journal --markdown - >> \"$GITHUB_STEP_SUMMARY\"");
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
  run_arguments run;
  command::report_options report;
  command::doctor_options doctor;
  CLI::App* run_command =
      app.add_subcommand("run", "measure one function: cold starts, warm invocations, bursts");
  CLI::App* report_command = app.add_subcommand("report", "render saved results or journals again");
  CLI::App* doctor_command = app.add_subcommand(
      "doctor", "what this machine can enforce of Lambda, how noisy it is, what would mend that");
  set_up_run(*run_command, run);
  set_up_report(*report_command, report);
  set_up_doctor(*doctor_command, doctor);
  run_command->allow_extras();
  report_command->allow_extras();
  doctor_command->allow_extras();
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
  if (run_command->parsed()) {
    run.options.command_line = typed(argc, argv);
    if (separator != argv + argc) run.options.arguments.assign(separator + 1, argv + argc);
    return command::run(run.options, command::this_console(run.progress == "auto"));
  }
  if (report_command->parsed()) return command::report(report, command::this_console(false));
  if (doctor_command->parsed()) return command::doctor(doctor, command::this_console(true));
  command::say(stdout, app.help());
  return command::exit_status::bad_usage;
}

}  // namespace lambdaprof::app
