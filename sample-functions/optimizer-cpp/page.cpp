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

data warehouses(const json& stock) {
  data result{data::type::list};
  const auto found = stock.find("warehouses");
  if (found == stock.end()) return result;
  for (const json& warehouse : *found) {
    data row;
    row.set("code", text_at(warehouse, "code"));
    row.set("available", shown(warehouse.at("available")));
    result.push_back(row);
  }
  return result;
}

data list(const json& product, const char* field) {
  data result{data::type::list};
  if (const auto found = product.find(field); found != product.end())
    for (const json& value : *found) result.push_back(shown(value));
  return result;
}

/// 18 cm × 42.5 cm × 18 cm, 1.9 kg
std::string dimensions(const json& product) {
  const auto found = product.find("dimensions");
  if (found == product.end()) return {};
  std::string text;
  for (const char* field : {"width", "height", "depth", "weight"}) {
    if (!found->contains(field)) continue;
    const json& quantity = found->at(field);
    if (!text.empty()) text += field == std::string_view("weight") ? ", " : " × ";
    text += shown(quantity.at("value")) + " " + text_at(quantity, "unit");
  }
  return text;
}

void set_prices(data& view, const json& product, const configuration& config,
                const std::string& locale) {
  const double amount = product.at("price").get<double>();
  const std::string currency = text_at(product, "currency");
  const std::string local = text_at(config.texts(locale), "currency");
  view.set("price", config.price(amount, currency, locale));
  if (local == currency || !config.flag("show_local_price")) return;
  view.set("local_price", config.price(config.exchanged(amount, currency, local), local, locale));
}

}  // namespace

product_page::product_page() : template_(std::string(assets::product_page)) {
  if (!template_.is_valid()) throw std::logic_error(template_.error_message());
}

void product_page::render(const std::string& id, const json& product, const configuration& config,
                          const catalogue& categories, const std::string& locale,
                          std::string& page) {
  const json& texts = config.texts(locale);
  const json& stock = product.at("stock");
  const long available = stock.at("available").get<long>();
  data view;
  // What is empty is left out, and with it the section around it.
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) view.set(name, value);
  };
  view.set("text", texts_of(texts.at("page")));
  set("locale", locale);
  set("id", id);
  for (const char* field : {"name", "description", "condition"})
    set(field, text_at(product, field));
  set("category", categories.category_of(product.at("tags")));
  set_prices(view, product, config, locale);
  set("dimensions", dimensions(product));
  view.set("tags", list(product, "tags"));
  view.set("related", list(product, "related"));
  view.set("in_stock", available > 0);
  view.set("few", available <= config.page().at("few_left").get<long>());
  set("stock", std::to_string(available));
  view.set("warehouses", warehouses(stock));
  if (product.contains("supplier")) set("supplier", text_at(product.at("supplier"), "name"));
  set("title", text_at(config.page(), "title"));
  set("stylesheet", text_at(config.page(), "stylesheet"));
  template_.render(view, [&](const std::string& part) { page += part; });
}

}  // namespace optimizer
