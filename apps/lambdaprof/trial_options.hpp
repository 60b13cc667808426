// SPDX-License-Identifier: Apache-2.0
// The options of the commands that play trials.
#pragma once

#include "command/compare.hpp"
#include "command/experiment.hpp"
#include "command/gate.hpp"
#include "flags.hpp"

namespace lambdaprof::app {

void set_up_compare(CLI::App& app, running<command::compare_options>& a);
void set_up_experiment(CLI::App& app, running<command::experiment_options>& a);
void set_up_gate(CLI::App& app, running<command::gate_options>& a);

}  // namespace lambdaprof::app
