// SPDX-License-Identifier: Apache-2.0
// The laws that every journal obeys, whoever wrote it. A run that broke one is not to be reported
// as a figure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "journal/journal.hpp"

namespace lambdaprof::journal {

/// `entry` is the index of the entry that broke the law, or their number if the journal must not
/// end so.
struct breach {
  std::size_t entry;
  std::string law;
};

/// In order of the entries; empty if all is lawful.
std::vector<breach> audit(const journal& j);

}  // namespace lambdaprof::journal
