// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/configuration.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace optimizer {
namespace {

/// 1234.5 with two decimals as 1,234.50 or 1.234,50.
std::string grouped(double amount, int decimals, const json& style) {
  std::array<char, 400> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), amount,
                                          std::chars_format::fixed, decimals);
  std::string text(digits.data(), error == std::errc{} ? end : digits.data());
  const auto point = text.find('.');
  if (point != text.npos) text.replace(point, 1, style.at("decimal_mark").get<std::string>());
  const std::size_t first = text.starts_with('-') ? 2 : 1;
  const auto mark = style.at("group_mark").get<std::string>();
  for (std::size_t at = point == text.npos ? text.size() : point; at >= first + 3;) {
    at -= 3;
    text.insert(at, mark);
  }
  return text;
}

}  // namespace

configuration configuration::read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file + ", which belongs beside the binary");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return configuration(parse_json(text, file));
}

configuration::configuration(json document) : document_(std::move(document)) {}

std::string configuration::locale_for(std::string_view accept_language) const {
  const json& known = document_.at("texts");
  while (!accept_language.empty()) {
    const auto end = accept_language.find(',');
    std::string_view word = accept_language.substr(0, end);
    accept_language.remove_prefix(end == word.npos ? accept_language.size() : end + 1);
    word = word.substr(std::min(word.find_first_not_of(' '), word.size()));
    word = word.substr(0, word.find_first_of(";- "));
    if (known.contains(word)) return std::string(word);
  }
  return document_.at("default_locale").get<std::string>();
}

std::string configuration::price(double amount, const std::string& currency,
                                 const std::string& locale) const {
  const json& money = document_.at("currencies").at(currency);
  const json& style = document_.at("number_styles").at(locale);
  const std::string number = grouped(amount, money.at("decimals").get<int>(), style);
  const auto symbol = money.at("symbol").get<std::string>();
  return style.at("symbol_first").get<bool>() ? symbol + number : number + "\u00a0" + symbol;
}

double configuration::exchanged(double amount, const std::string& from,
                                const std::string& to) const {
  const json& currencies = document_.at("currencies");
  return amount / currencies.at(from).at("per_euro").get<double>() *
         currencies.at(to).at("per_euro").get<double>();
}

}  // namespace optimizer
