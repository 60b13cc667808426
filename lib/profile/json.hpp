// SPDX-License-Identifier: Apache-2.0
// JSON as a profile may be written: stricter than nlohmann (no key twice, bounded depth) and with
// faults that say where.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace lambdaprof::profile {

using json = nlohmann::ordered_json;

/// The text as JSON; comments are allowed. `name` is what faults call the text: their `where` is
/// "name:3:7" or "name: events[2].weight".
result<json> parse_json(std::string_view text, std::string_view name);

/// Whether the text is plain JSON as in RFC 8259, without comments; duplicate keys are nobody's
/// business.
result<void> check_json(std::string_view text, std::string_view name);

/// The value on one line; never throws.
std::string compact(const json& value);

/// What was found, for a message: short values as they are, long ones by their kind.
std::string found(const json& value);

/// A step into an object in the path of a value: ".memory_mb", quoted where a key is not a plain
/// word.
std::string step(std::string_view key);

/// "unknown key", with the nearest of the known ones.
fault unknown_key(std::string_view key, const std::vector<std::string>& known);

}  // namespace lambdaprof::profile
