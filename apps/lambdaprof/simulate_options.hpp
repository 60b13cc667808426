// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command/simulate.hpp"
#include "flags.hpp"

namespace lambdaprof::app {

void set_up_simulate(CLI::App& app, running<command::simulate_options>& a);

}  // namespace lambdaprof::app
