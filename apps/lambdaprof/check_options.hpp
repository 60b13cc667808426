// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command/check.hpp"
#include "flags.hpp"

namespace lambdaprof::app {

void set_up_check(CLI::App& app, running<command::check_options>& a);

}  // namespace lambdaprof::app
