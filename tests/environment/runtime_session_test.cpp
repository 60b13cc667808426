// SPDX-License-Identifier: Apache-2.0
// The whole table of lambda-protocol §1.8, every pair.
#include "environment/runtime_session.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace lambdaprof::environment;
using enum runtime_state;
using call = runtime_call;

TEST_CASE("every call in every state is a listed transition or a refusal") {
  const std::map<std::pair<runtime_state, call>, runtime_state> legal{
      {{started, call::next}, ready},
      {{started, call::report_init_error}, init_error},
      {{ready, call::next}, ready},
      {{running, call::next}, running},
      {{running, call::respond}, invocation_response},
      {{running, call::report_error}, response_sent},
      {{response_sent, call::next}, ready},
      {{started, call::restore_next}, restore_ready},
      {{restoring, call::next}, ready},
      {{restoring, call::report_restore_error}, restore_error},
      {{restoring, call::report_init_error}, restore_error},
  };
  for (const runtime_state from : {started, init_error, ready, running, invocation_response,
                                   response_sent, restore_ready, restoring, restore_error}) {
    for (const call c : {call::next, call::respond, call::report_error, call::report_init_error,
                         call::restore_next, call::report_restore_error}) {
      CAPTURE(name(from));
      CAPTURE(target_name(c));
      const auto found = legal.find({from, c});
      const auto to = after(from, c);
      CHECK(to.has_value() == (found != legal.end()));
      if (to && found != legal.end()) CHECK(*to == found->second);
    }
  }
}

TEST_CASE("states are named as the interface emulator names them") {
  CHECK(name(started) == "Started");
  CHECK(name(response_sent) == "RuntimeResponseSentState");
  CHECK(target_name(call::report_error) == "InvocationErrorResponse");
}
