// SPDX-License-Identifier: Apache-2.0
// Marks: names for what lines of the function tell.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "profile/shape.hpp"

namespace lambdaprof::profile {

inline constexpr std::size_t most_marks = 32;

/// An object of texts. A flag gives one, as NAME=TEXT.
struct mark_list {
  using value_type = std::vector<std::pair<std::string, std::string>>;

  std::string expects() const;
  json schema() const;
  result<value_type> read(const json& value, const source&) const;
  json tell(const value_type& marks) const;
  result<json> from_text(std::string_view text) const;
  /// A mark of the same name is replaced.
  void add(value_type& marks, const value_type& more) const;
};

}  // namespace lambdaprof::profile
