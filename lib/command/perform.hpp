// SPDX-License-Identifier: Apache-2.0
// One function under one plan, in a world of its own: what `run` measures and `check` looks at.
#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <vector>

#include "command/console.hpp"
#include "command/interrupts.hpp"
#include "journal/journal.hpp"
#include "load/events.hpp"
#include "load/plan.hpp"
#include "profile/profile.hpp"
#include "sandbox/observer.hpp"

namespace lambdaprof::command {

struct performance {
  load::plan plan;
  std::vector<load::event> events;
  std::string command_line;
  std::string label;
  bool shows_output = false;  ///< Lambda's log, on standard error
  sandbox::observer watcher = {};
};

/// Once something was performed no signal ends us in the middle of writing a result, as long as
/// this lives.
class stage {
 public:
  stage();

  /// Starts the services that `p` names, plays the plan until its end or until Ctrl-C, and leaves
  /// nothing behind. A fault if this host cannot do what is asked for. Once.
  result<journal::journal> perform(profile::profile p, const performance& what, const console& c);

 private:
  boost::asio::io_context loop_{1};
  std::optional<interrupts> ctrl_c_;
};

}  // namespace lambdaprof::command
