// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/catalogue.hpp"

#include <stdexcept>

#include "assets.hpp"

namespace optimizer {

catalogue catalogue::read(store& from) {
  constexpr std::string_view key = "optimizer:catalogue";
  auto text = from.read(key);
  if (!text) {
    from.write_if_missing(key, assets::catalogue);
    // Somebody else may have been faster, with a newer one.
    text = from.read(key);
  }
  return catalogue(text.value_or(""));
}

catalogue::catalogue(std::string_view text) try {
  const json document = parse_json(text, "it");
  for (const auto& [category, tags] : document.at("categories").items())
    for (const json& tag : tags) category_by_tag_.emplace(tag.get<std::string>(), category);
} catch (const std::exception& error) {
  throw store_error(store_error::kind::wrong_answer,
                    std::string("the store holds no catalogue: ") + error.what());
}

std::string catalogue::category_of(const json& tags) const {
  for (const json& tag : tags)
    if (const auto found = category_by_tag_.find(tag.get<std::string>());
        found != category_by_tag_.end())
      return found->second;
  return {};
}

}  // namespace optimizer
