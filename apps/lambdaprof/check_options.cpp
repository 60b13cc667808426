// SPDX-License-Identifier: Apache-2.0
#include "check_options.hpp"

namespace lambdaprof::app {
namespace {

constexpr key_flag check_flags[] = {
    {"--seed", "seed", "N", "the seed of the order of events (1)"},
};

}  // namespace

void set_up_check(CLI::App& app, running<command::check_options>& a) {
  command::check_options& o = a.options;
  app.add_option("FUNCTION", o.command,
                 "the function binary; what follows -- is passed to it as arguments");
  app.add_option("--rounds", o.rounds, "how often each event is sent to the used environment (20)")
      ->type_name("N")
      ->group("Check");
  app.add_option("--ignore", o.ignored,
                 "what may differ in answers, as a JSON pointer: /requestId; repeatable")
      ->type_name("PATH")
      ->group("Check")
      ->allow_extra_args(false)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--graceful", o.must_end, "ignoring SIGTERM for 500 ms is a finding")
      ->group("Check");
  add_key_flags(app, check_flags, "Check", o.flags);
  app.add_option("--profile", o.profile, "a JSON profile, comments allowed; flags override it")
      ->type_name("FILE");
  add_key_flags(app, function_flags, "Function", o.flags);
  add_key_switches(app, function_switches, "Function", o.flags);
  add_key_flags(app, caller_flags, "Invoker", o.flags);
  app.add_option("--progress", a.progress, "a progress line on a terminal, or never")
      ->check(CLI::IsMember({"auto", "never"}))
      ->type_name("auto|never");
  add_output(app, "--json", o.json, "the findings, and all that was seen");
  add_output(app, "--markdown", o.markdown, "the report for a pull request");
  add_output(app, "--html", o.html, "the report as one page");
  app.footer(
      "Sends each event to three fresh environments, then all of them, shuffled, to one that is "
      "used\n"
      "again and again. What differs among the fresh ones is left out; an answer that differs "
      "from\n"
      "theirs is a finding. So is what grows from one invocation to the next: by 16 KB of memory "
      "and\n"
      "4 MB in all, by a descriptor, thread, timer or entry of /tmp in 20 invocations, by 1 KB in\n"
      "/tmp, each with a 99 % interval above 0, after the first quarter. So are child processes of "
      "an\n"
      "invocation, and threads that work on, after the response. At last it gets SIGTERM.\n"
      "\n"
      "Examples:\n"
      "  lambdaprof check ./bootstrap -e small.json -e large.json\n"
      "  lambdaprof check ./bootstrap -e event.json --ignore /requestId --rounds 100\n"
      "  lambdaprof check ./bootstrap --graceful --markdown - >> \"$GITHUB_STEP_SUMMARY\"\n"
      "\n"
      "Status: 0 nothing was found, 1 findings, 2 bad usage, 4 the function failed on a fresh\n"
      "environment, 5 this host cannot do what was required, 130 interrupted.");
}

}  // namespace lambdaprof::app
