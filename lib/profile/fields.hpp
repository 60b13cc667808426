// SPDX-License-Identifier: Apache-2.0
// The one table of everything that can be configured. Reading, flags, suggestions, the printed
// profile, the JSON Schema and the test of the documentation follow it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"
#include "profile/shape.hpp"

namespace lambdaprof::profile {

/// What a flag does to a value that is already there.
enum class flag_use {
  replaces,
  extends,  ///< replaces what others said, but when given again adds to what it said itself
  merges,   ///< adds to whatever is there
};

struct field {
  std::string path;  ///< such as "function.memory_mb"
  std::string says;  ///< what it is, in one sentence
  std::string expects;
  json schema;
  flag_use use = flag_use::replaces;
  bool varies = false;  ///< may differ between the variants of a trial

  std::function<result<void>(profile&, const json&, const source&)> set;
  /// Adds to the value; only where `use` is not `replaces`.
  std::function<result<void>(profile&, const json&, const source&)> add;
  std::function<json(const profile&)> tell;
  std::function<result<json>(std::string_view)> from_text;
};

/// All fields, sections together, in the order in which they are printed.
const std::vector<field>& fields();

/// The field of that path, or null.
const field* find_field(std::string_view path);

/// What the value is called within its section: "memory_mb".
std::string_view word_of(const field& f);

/// Notes who has set the value: of each part, where others may set other parts.
void remember(profile& p, const field& f, const json& value, std::string_view by);

/// The first word of the path and its dot ("function."), or nothing for a field at the top.
std::string_view section_of(const field& f);

}  // namespace lambdaprof::profile
