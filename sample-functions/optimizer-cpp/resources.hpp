// SPDX-License-Identifier: Apache-2.0
// All that requests need, and what of it is made before they come.
#pragma once

#include <string>

#include "optimizer-cpp/catalogue.hpp"
#include "optimizer-cpp/configuration.hpp"
#include "optimizer-cpp/metrics.hpp"
#include "optimizer-cpp/page.hpp"
#include "optimizer-cpp/prepared.hpp"
#include "optimizer-cpp/schema.hpp"
#include "optimizer-cpp/store.hpp"
#include "optimizer-cpp/switches.hpp"

namespace optimizer {

struct resources {
  resources(const switches& chosen, const std::string& folder, counters& counted);

  /// Does what the switches allow to do ahead. What the store fails in is left to the requests.
  void prepare();

  store products;
  prepared<configuration> config;
  prepared<product_schema> schema;
  prepared<product_page> page;
  prepared<catalogue> categories;

 private:
  bool is_warmed_;
};

}  // namespace optimizer
