// SPDX-License-Identifier: Apache-2.0
// The whole table of the states of an extension (lambda-protocol §3), every pair.
#include "environment/extension_session.hpp"

#include <doctest/doctest.h>

#include <map>
#include <utility>

namespace lambdaprof::environment {
namespace {

using enum extension_state;
using call = extension_call;

TEST_CASE("every call of an extension in every state is a listed transition or a refusal") {
  const std::map<std::pair<extension_state, call>, extension_state> legal{
      {{started, call::enroll}, registered},
      {{registered, call::next}, ready},
      {{running, call::next}, ready},
      // RIE: only who has not asked for an event yet is in its init.
      {{registered, call::report_init_error}, init_error},
      {{registered, call::report_exit_error}, exit_error},
      {{ready, call::report_exit_error}, exit_error},
      {{running, call::report_exit_error}, exit_error},
      // To say it again is let through.
      {{init_error, call::report_init_error}, init_error},
      {{exit_error, call::report_exit_error}, exit_error},
  };
  for (const extension_state from :
       {started, registered, ready, running, init_error, exit_error, exited}) {
    for (const call c :
         {call::enroll, call::next, call::report_init_error, call::report_exit_error}) {
      CAPTURE(name(from));
      CAPTURE(target_name(c));
      const auto found = legal.find({from, c});
      const auto to = after(from, c);
      CHECK(to.has_value() == (found != legal.end()));
      if (to && found != legal.end()) CHECK(*to == found->second);
    }
  }
}

TEST_CASE("states of extensions are named as the interface emulator names them") {
  CHECK(name(started) == "Started");
  CHECK(name(registered) == "Registered");
  CHECK(name(ready) == "Ready");
  CHECK(name(running) == "Running");
  CHECK(name(init_error) == "InitError");
  CHECK(name(exit_error) == "ExitError");
  CHECK(name(exited) == "Exited");
  CHECK(target_name(call::enroll) == "Registered");
  CHECK(target_name(call::next) == "Ready");
  CHECK(target_name(call::report_init_error) == "InitError");
  CHECK(target_name(call::report_exit_error) == "ExitError");
}

}  // namespace
}  // namespace lambdaprof::environment
