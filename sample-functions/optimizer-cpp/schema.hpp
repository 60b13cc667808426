// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace optimizer {

/// The compiled JSON Schema of a product (product.schema.json), on RapidJSON.
class product_schema {
 public:
  product_schema();

  /// What is wrong with a document, which is known to be JSON. RapidJSON stops at the first error.
  std::vector<std::string> errors(std::string_view document) const;

 private:
  struct compiled;
  std::shared_ptr<const compiled> compiled_;
};

}  // namespace optimizer
