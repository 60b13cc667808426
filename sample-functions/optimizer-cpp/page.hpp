// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <kainjow/mustache.hpp>
#include <string>

#include "optimizer-cpp/catalogue.hpp"
#include "optimizer-cpp/configuration.hpp"

namespace optimizer {

/// The compiled template of a product's page (product.html.mustache).
class product_page {
 public:
  product_page();

  /// Writes the page of a valid product behind what is in `page`. Everything from the product is
  /// escaped.
  void render(const std::string& id, const json& product, const configuration& config,
              const catalogue& categories, const std::string& locale, std::string& page);

 private:
  kainjow::mustache::mustache template_;
};

}  // namespace optimizer
