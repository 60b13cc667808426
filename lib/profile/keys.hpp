// SPDX-License-Identifier: Apache-2.0
// From the keys that a user writes to fields: nested as in a file, or in one word as in a flag.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "profile/fields.hpp"

namespace lambdaprof::profile {

/// Calls `use` for each value in an object of sections and keys, up to the first fault. The `where`
/// of faults starts below the tree.
result<void> each_key(const json& tree,
                      const std::function<result<void>(const field&, const json&)>& use);

/// The field that a word of a flag means: its path, the last word of that, or another usual name of
/// it; "-" is as good as "_". Null if there is none.
const field* find_by_word(std::string_view word);

/// All words for the fields that may differ between variants.
std::vector<std::string> words_of_variants();

}  // namespace lambdaprof::profile
