// SPDX-License-Identifier: Apache-2.0
// The document config.json beside the binary: texts by locale, currencies with rates, flags, page
// settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "optimizer-cpp/json.hpp"

namespace optimizer {

class configuration {
 public:
  /// Throws std::runtime_error that names the file.
  static configuration read(const std::string& file);
  explicit configuration(json document);

  /// The first locale of an Accept-Language header that there are texts for, else the default one.
  std::string locale_for(std::string_view accept_language) const;
  const json& texts(const std::string& locale) const { return document_.at("texts").at(locale); }
  bool flag(const char* name) const { return document_.at("flags").at(name).get<bool>(); }
  const json& page() const { return document_.at("page"); }

  /// An amount as a reader of that locale writes it.
  std::string price(double amount, const std::string& currency, const std::string& locale) const;
  /// The same worth in another currency.
  double exchanged(double amount, const std::string& from, const std::string& to) const;

 private:
  json document_;
};

}  // namespace optimizer
