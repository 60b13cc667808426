// SPDX-License-Identifier: Apache-2.0
// The variants of a profile: {"sync": {"function": {"environment": {"INIT": "sync"}}}}.
#pragma once

#include <vector>

#include "profile/variant.hpp"

namespace lambdaprof::profile {

/// An object of names and of profiles that have only what differs.
struct variant_list {
  using value_type = std::vector<variant>;

  std::string expects() const;
  json schema() const;
  result<value_type> read(const json& value, const source& from) const;
  json tell(const value_type& variants) const;
  /// The form of `read_variant`.
  result<json> from_text(std::string_view text) const;
  void add(value_type& variants, value_type more) const;
};

}  // namespace lambdaprof::profile
