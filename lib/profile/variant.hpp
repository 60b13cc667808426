// SPDX-License-Identifier: Apache-2.0
// The variants of a trial: names, and what differs for each of them from the profile.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "profile/shape.hpp"

namespace lambdaprof::profile {

struct profile;
struct field;

inline constexpr std::size_t most_variants = 64;
inline constexpr std::size_t most_name_bytes = 64;

/// One value that a variant sets, read and found good; relative paths of events are absolute.
struct assignment {
  std::string path;  ///< such as "function.memory_mb"
  json value;
  source from;  ///< its name is the origin of the value: "--variant sync", "x.json: variants.sync"
};

struct variant {
  std::string name;
  std::vector<assignment> settings;
};

/// A variant without settings.
result<variant> name_variant(std::string_view name);

/// Adds a setting. What all variants share is refused, and so is what the variant has set already.
result<void> assign(variant& v, const field& f, const json& value, const source& from);

/// "NAME:KEY=VALUE,KEY=VALUE" or "NAME" alone. A comma that no key follows belongs to the value. A
/// KEY is the path of a field, the last word of it, or a variable of the function: "INIT" in
/// capitals, or "env.NAME". `flag` ("--variant") is what faults and origins begin with.
result<variant> read_variant(std::string_view text, std::string_view flag);

/// "KEY=a,b,c": the variants "KEY=a", "KEY=b" and "KEY=c".
result<std::vector<variant>> read_sweep(std::string_view text, std::string_view flag);

/// Each of the first with each of the second; if one list is empty, the other one.
result<std::vector<variant>> cross(const std::vector<variant>& first,
                                   const std::vector<variant>& second);

/// Whether they can be compared: two to `most_variants` different names, among them the base if one
/// is named.
result<void> check_variants(const std::vector<variant>& variants, std::string_view base);

/// The same for a profile that more may be added to: not too many of them, and none twice.
result<void> check_names(const std::vector<variant>& variants);

/// The profile of one variant, without the list of variants.
result<profile> with(const profile& base, const variant& v);

/// "INIT=async, memory_mb=512", for reports; nothing without settings.
std::string settings_text(const variant& v);

}  // namespace lambdaprof::profile
