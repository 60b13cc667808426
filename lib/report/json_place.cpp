// SPDX-License-Identifier: Apache-2.0
#include "report/json_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

// Beyond this, differences and sums of instants would not fit into a span.
constexpr double horizon_ms = 50.0 * 365 * 24 * 3600 * 1000;

constexpr std::size_t shown_columns = 40;

// 2 to the 360th: the limit of CloudWatch, below which squares and sums of them are finite.
constexpr double largest_metric = 0x1p360;

}  // namespace

json_place json_place::at(const char* key) const {
  const json* found = nullptr;
  if (value_ != nullptr && value_->is_object())
    if (const auto member = value_->find(key); member != value_->end()) found = &*member;
  const json_place here(this, key, 0, found);
  if (found == nullptr) here.complain("is missing");
  return here;
}

bool json_place::has(const char* key) const {
  return value_ != nullptr && value_->is_object() && value_->contains(key);
}

void json_place::complain(std::string message) const {
  if (!wrong_) wrong_ = fault{fault_kind::file, std::move(message), path(), ""};
}

std::string json_place::path() const {
  if (parent_ == nullptr) return "";
  return parent_->path() + (key_ ? fmt::format(".{}", key_) : fmt::format("[{}]", index_));
}

bool json_place::is(const char* what, json::value_t type) const {
  if (value_ == nullptr) return false;
  if (value_->type() == type) return true;
  complain(fmt::format("is not {}", what));
  return false;
}

void json_place::read(bool& to) const {
  if (is("true or false", json::value_t::boolean)) to = value_->get<bool>();
}

void json_place::read(double& to) const {
  if (value_ == nullptr) return;
  if (value_->is_null()) {
    to = std::numeric_limits<double>::quiet_NaN();
  } else if (value_->is_number()) {
    to = value_->get<double>();
  } else {
    complain("is not a number");
  }
}

void json_place::read(std::string& to) const {
  if (is("a text", json::value_t::string)) to = value_->get_ref<const std::string&>();
}

void json_place::read(std::vector<std::string>& to) const {
  if (!is("a list", json::value_t::array)) return;
  for (std::size_t i = 0; i < value_->size(); ++i)
    json_place(this, nullptr, i, &(*value_)[i]).read(to.emplace_back());
}

void json_place::read(span& to) const {
  if (value_ == nullptr) return;
  if (!value_->is_number()) return complain("is not a number of milliseconds");
  const auto ms = value_->get<double>();
  if (!(std::abs(ms) <= horizon_ms)) return complain("is more milliseconds than fifty years have");
  to = span(std::llround(ms * 1e6));
}

void json_place::read(instant& to) const {
  if (is_null()) return;
  span since_start{};
  read(since_start);
  to = instant(since_start);
}

void json_place::read(std::uint64_t& to) const {
  if (value_ == nullptr) return;
  if (!value_->is_number_unsigned()) return complain("is not a whole number from 0");
  to = value_->get<std::uint64_t>();
}

void json_place::read(std::optional<std::size_t>& to) const {
  if (is_null()) return;
  if (const auto n = whole(0, most_counted)) to = static_cast<std::size_t>(*n);
}

void json_place::read(std::vector<analysis::emitted_values>& to) const {
  if (!is("an object", json::value_t::object)) return;
  for (const auto& [key, value] : value_->items()) {
    analysis::emitted_values& one = to.emplace_back(analysis::emitted_values{key, {}});
    const auto take = [&](const json& number) {
      if (!number.is_number() || !(std::abs(number.get<double>()) <= largest_metric)) return false;
      one.values.push_back(number.get<double>());
      return true;
    };
    const bool fits =
        value.is_array() ? std::all_of(value.begin(), value.end(), take) : take(value);
    if (!fits)
      return complain(fmt::format("has something else than numbers that CloudWatch takes as {}",
                                  fitted(printable(key), shown_columns)));
  }
}

std::optional<std::int64_t> json_place::whole(std::int64_t low, std::int64_t high) const {
  if (value_ == nullptr) return std::nullopt;
  const bool fits = value_->is_number_integer() &&
                    !(value_->is_number_unsigned() &&
                      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(high)) &&
                    value_->get<std::int64_t>() >= low && value_->get<std::int64_t>() <= high;
  if (fits) return value_->get<std::int64_t>();
  complain(fmt::format("is not a whole number from {} to {}", low, high));
  return std::nullopt;
}

std::optional<std::size_t> json_place::index_in(std::span<const std::string_view> names) const {
  if (!is("a text", json::value_t::string)) return std::nullopt;
  const auto& text = value_->get_ref<const std::string&>();
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  complain(fmt::format("is \"{}\", which is none of {}", fitted(printable(text), shown_columns),
                       fmt::join(names, ", ")));
  return std::nullopt;
}

}  // namespace lambdaprof::report
