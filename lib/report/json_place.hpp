// SPDX-License-Identifier: Apache-2.0
// The reading side of fields.hpp, for JSON that anybody may have written. Nothing throws and
// nothing stops: the first thing that is wrong is remembered, and the rest is read with it in mind
// that it does not count.
#pragma once

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "report/fields.hpp"

namespace lambdaprof::report {

/// One place in a document, which knows its path. Lives on the stack below its parent.
class json_place {
 public:
  using json = nlohmann::json;

  json_place(const json& root, std::optional<fault>& wrong) : value_(&root), wrong_(wrong) {}

  /// A missing member is a fault; what is read from it then is nothing.
  json_place at(const char* key) const;
  bool has(const char* key) const;
  /// Remembers the message and this path, unless something was wrong before.
  void complain(std::string message) const;

  template <class T>
  void value(const char* key, T& to) const {
    at(key).read(to);
  }

  template <class T>
  void value_unless(const T&, const char* key, T& to) const {
    if (has(key)) value(key, to);
  }

  template <class T>
  void if_known(const char* key, T& to) const {
    if (const json_place here = at(key); !here.is_null()) here.read(to);
  }

  template <class T>
  void if_any(const char* key, T& to) const {
    if (has(key)) if_known(key, to);
  }

  template <class Enum, std::size_t N>
  void one_of(const char* key, Enum& to, const std::array<std::string_view, N>& names) const {
    if (const auto found = at(key).index_in(names)) to = static_cast<Enum>(*found);
  }
  template <class Enum, std::size_t N>
  void one_of_unless(Enum, const char* key, Enum& to,
                     const std::array<std::string_view, N>& names) const {
    if (has(key)) one_of(key, to, names);
  }
  template <class Enum, std::size_t N>
  void one_of_if(bool, const char* key, Enum& to,
                 const std::array<std::string_view, N>& names) const {
    if (!at(key).is_null()) one_of(key, to, names);
  }

  template <class T>
  void part(const char* key, T& to) const {
    const json_place inner = at(key);
    if (inner.is("an object", json::value_t::object)) fields(inner, to);
  }

  template <class T>
  void part_if(bool, const char* key, T& to) const {
    if (has(key)) part(key, to);
  }

  template <class T>
  void rows(const char* key, std::vector<T>& to) const {
    at(key).each([&](const json_place& element) { fields(element, to.emplace_back()); });
  }

  template <class T>
  void rows_if_any(const char* key, std::vector<T>& to) const {
    if (has(key)) rows(key, to);
  }

  void values_if_any(const char* key, std::vector<analysis::emitted_values>& to) const {
    if (has(key)) at(key).read(to);
  }

  void tool(std::string& version) const { at("tool").value("version", version); }

  /// Calls `visit` with every element of a list of objects.
  template <class Visit>
  void each(Visit visit) const {
    if (!is("a list", json::value_t::array)) return;
    for (std::size_t i = 0; i < value_->size() && !wrong_; ++i) {
      const json_place element(this, nullptr, i, &(*value_)[i]);
      if (element.is("an object", json::value_t::object)) visit(element);
    }
  }

  void read(bool& to) const;
  void read(double& to) const;
  void read(std::string& to) const;
  void read(std::vector<std::string>& to) const;
  void read(span& to) const;
  void read(instant& to) const;
  void read(std::uint64_t& to) const;
  template <std::integral Whole>
  void read(Whole& to) const {
    using limits = std::numeric_limits<Whole>;
    // What is unsigned or counted is never negative; an exit status is the only exception.
    constexpr std::int64_t low = sizeof(Whole) == sizeof(std::int64_t) ? 0 : limits::min();
    constexpr auto high = static_cast<std::int64_t>(limits::max());
    if (const auto n = whole(low, std::min(high, most_counted))) to = static_cast<Whole>(*n);
  }
  template <class Tag>
  void read(id<Tag>& to) const {
    if (is_null()) return;
    if (const auto n = whole(0, std::numeric_limits<std::uint32_t>::max() - 1))
      to.value = static_cast<std::uint32_t>(*n);
  }
  void read(std::optional<std::size_t>& to) const;
  void read(std::vector<analysis::emitted_values>& to) const;

 private:
  static constexpr std::int64_t most_counted = std::int64_t{1}
                                               << 53U;  // exact in every JSON reader

  json_place(const json_place* parent, const char* key, std::size_t index, const json* value)
      : parent_(parent), key_(key), index_(index), value_(value), wrong_(parent->wrong_) {}

  std::string path() const;
  bool is_null() const { return value_ == nullptr || value_->is_null(); }
  bool is(const char* what, json::value_t type) const;
  std::optional<std::int64_t> whole(std::int64_t low, std::int64_t high) const;
  std::optional<std::size_t> index_in(std::span<const std::string_view> names) const;

  const json_place* parent_ = nullptr;
  const char* key_ = nullptr;  // none: an element
  std::size_t index_ = 0;
  const json* value_;  // none: missing, which has been said
  std::optional<fault>& wrong_;
};

}  // namespace lambdaprof::report
