// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/resources.hpp"

namespace optimizer {

using namespace std::chrono_literals;

resources::resources(const switches& chosen, const std::string& folder, counters& counted)
    : products(parse_store_url(chosen.store_url), chosen.store_ca, counted.connections_opened),
      config(chosen.config_cache, [=] { return configuration::read(folder + "/config.json"); }),
      schema(chosen.precompile, [] { return product_schema(); }),
      page(chosen.precompile, [] { return product_page(); }),
      categories(
          chosen.prefetch, [this] { return catalogue::read(products); }, 5min),
      is_warmed_(chosen.warmed_connection) {}

void resources::prepare() {
  // The store first: in the background, a request may meanwhile make for itself what is not begun.
  try {
    if (is_warmed_) products.ping(1s);
  } catch (const store_error&) {  // the request that needs it will say so
  }
  try {
    categories.prepare();
  } catch (const store_error&) {
  }
  config.prepare();
  schema.prepare();
  page.prepare();
}

}  // namespace optimizer
