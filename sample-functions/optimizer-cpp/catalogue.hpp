// SPDX-License-Identifier: Apache-2.0
// The reference document of the store: which category the tags of a product put it into.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "optimizer-cpp/json.hpp"
#include "optimizer-cpp/store.hpp"

namespace optimizer {

class catalogue {
 public:
  /// Reads it from the store, and puts it there first if it is missing.
  static catalogue read(store& from);
  /// Throws store_error if the text is no catalogue.
  explicit catalogue(std::string_view text);

  /// The category of the first tag that has one, else "".
  std::string category_of(const json& tags) const;

 private:
  std::unordered_map<std::string, std::string> category_by_tag_;
};

}  // namespace optimizer
