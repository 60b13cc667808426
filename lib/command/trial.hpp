// SPDX-License-Identifier: Apache-2.0
// Plays a trial: all variants on one machine, in blocks of one turn each, until enough is known.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "command/console.hpp"
#include "journal/header.hpp"
#include "profile/profile.hpp"
#include "report/subject.hpp"

namespace lambdaprof::command {

struct contestant {
  journal::variant_facts facts;
  profile::profile profile;  ///< resolved
};

struct trial_plan {
  std::vector<contestant> contestants;  ///< with the plan, the seed and what is required in common
  journal::trial_facts facts;           ///< without the reason why it stopped
  std::size_t blocks = 0;               ///< measured ones, if nothing ends it before
  std::string command_line;
  std::string label;
};

/// Asked after some of the measured blocks: why no other is needed, or nothing. The subjects have
/// conditions and rows, and are not summed up yet.
using stopping =
    std::function<std::optional<std::string>(const std::vector<report::subject>&, std::size_t)>;

/// One subject for each contestant, in their order. A fault of kind `host` where something required
/// cannot be enforced. To be called in the process that `host::keep` has made.
result<std::vector<report::subject>> play(const trial_plan& plan, const stopping& is_enough,
                                          const console& c);

}  // namespace lambdaprof::command
