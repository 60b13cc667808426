// SPDX-License-Identifier: Apache-2.0
// The environment variables that the customer configures, as Lambda accepts them.
#pragma once

#include <utility>
#include <vector>

#include "profile/shape.hpp"

namespace lambdaprof::profile {

/// Names and values together (DOC: 4 KB).
inline constexpr std::size_t most_variable_bytes = 4096;

/// An object of texts. A flag gives one, as NAME=value.
struct variable_set {
  using value_type = std::vector<std::pair<std::string, std::string>>;

  std::string expects() const { return "an object of names and texts"; }
  json schema() const;
  result<value_type> read(const json& value, const source&) const;
  json tell(const value_type& variables) const;
  result<json> from_text(std::string_view text) const;
  /// A variable of the same name is replaced.
  void add(value_type& variables, const value_type& more) const;
};

/// Bytes of all names and values.
std::size_t bytes_of(const variable_set::value_type& variables);

}  // namespace lambdaprof::profile
