// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/page.hpp"

#include <stdexcept>

#include "assets.hpp"

namespace optimizer {
namespace {

using kainjow::mustache::data;

std::string shown(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

data texts_of(const json& texts) {
  data result;
  for (const auto& [name, text] : texts.items()) result.set(name, text.get<std::string>());
  return result;
}

data rows(const json& object) {
  data result{data::type::list};
  for (const auto& [name, value] : object.items()) {
    data row;
    row.set("name", name);
    row.set("value", shown(value));
    result.push_back(row);
  }
  return result;
}

data list(const json& values) {
  data result{data::type::list};
  for (const json& value : values) result.push_back(shown(value));
  return result;
}

/// Dimensions in the order that people expect, as one text.
std::string dimensions(const json& product) {
  const auto found = product.find("dimensions");
  if (found == product.end()) return {};
  return shown(found->at("width")) + " × " + shown(found->at("height")) + " × " +
         shown(found->at("depth")) + " " + text_at(*found, "unit");
}

}  // namespace

product_page::product_page() : template_(std::string(assets::product_page)) {
  if (!template_.is_valid()) throw std::logic_error(template_.error_message());
}

void product_page::render(const json& product, const configuration& config,
                          const catalogue& categories, const std::string& locale,
                          std::string& page) {
  const json& texts = config.texts(locale);
  const auto currency = text_at(product, "currency");
  const double amount = product.at("price").get<double>();
  const auto local = text_at(texts, "currency");
  const long stock = product.at("stock").at("quantity").get<long>();
  data view;
  view.set("locale", locale);
  view.set("text", texts_of(texts.at("page")));
  for (const char* field : {"id", "name", "description", "status"})
    view.set(field, text_at(product, field));
  view.set("price", config.price(amount, currency, locale));
  if (local != currency && config.flag("show_local_price"))
    view.set("local_price", config.price(config.exchanged(amount, currency, local), local, locale));
  if (const std::string category = categories.category_of(product.at("tags")); !category.empty())
    view.set("category", category);
  view.set("tags", list(product.at("tags")));
  if (const std::string size = dimensions(product); !size.empty()) view.set("dimensions", size);
  if (product.contains("attributes")) view.set("attributes", rows(product.at("attributes")));
  view.set("in_stock", stock > 0);
  view.set("few", stock > 0 && stock <= config.page().at("few_left").get<long>());
  view.set("stock", std::to_string(stock));
  view.set("warehouse", text_at(product.at("stock"), "warehouse"));
  view.set("title", text_at(config.page(), "title"));
  view.set("stylesheet", text_at(config.page(), "stylesheet"));
  template_.render(view, [&](const std::string& part) { page += part; });
}

}  // namespace optimizer
