// SPDX-License-Identifier: Apache-2.0
// What a value may look like. A shape reads a value from JSON, tells it in JSON, makes JSON of the
// text of a flag, and describes itself in words and as JSON Schema. The `where` of its faults
// begins below the value: empty, or a path into it such as "[2].weight".
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "profile/json.hpp"

namespace lambdaprof::profile {

/// Where a value is read from: the file or flag to name, and the folder that its relative paths
/// start in.
struct source {
  std::string name;
  std::string folder;
};

/// "expected …, got …".
fault unlike(const std::string& expected, const json& value, std::string hint = "");

/// The fault of a part, seen from the whole.
fault below(std::string_view part, fault f);

/// Whether JSON and processes can both carry the text: UTF-8 without NUL.
bool is_clean(std::string_view text);

std::optional<std::uint64_t> whole_in(const json& value, std::uint64_t low, std::uint64_t high);
/// The text as a number if it is one, else as a string for `read` to complain of.
json whole_from(std::string_view text);

/// Digits with at most one point among them, as a finite number.
std::optional<double> plain_number(std::string_view text);

template <class Number>
struct whole {
  Number low;
  Number high;

  std::string expects() const {
    return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  }
  json schema() const { return {{"type", "integer"}, {"minimum", low}, {"maximum", high}}; }
  result<Number> read(const json& value, const source&) const {
    const auto number =
        whole_in(value, static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high));
    if (!number) return unlike(expects(), value);
    return static_cast<Number>(*number);
  }
  json tell(Number n) const { return static_cast<std::uint64_t>(n); }
  result<json> from_text(std::string_view text) const { return whole_from(text); }
};

/// A finite number above zero.
struct positive {
  double high;

  std::string expects() const;
  json schema() const;
  result<double> read(const json& value, const source&) const;
  json tell(double number) const;
  result<json> from_text(std::string_view words) const;
};

/// A number between 0 and `below`, neither of them; also as a percentage: "2%".
struct fraction {
  double below;

  std::string expects() const;
  json schema() const;
  result<double> read(const json& value, const source&) const;
  json tell(double number) const { return number; }
  result<json> from_text(std::string_view words) const;
};

struct truth {
  std::string expects() const { return "true or false"; }
  json schema() const { return {{"type", "boolean"}}; }
  result<bool> read(const json& value, const source&) const;
  json tell(bool value) const { return value; }
  result<json> from_text(std::string_view words) const;
};

struct duration {
  span low;
  span high;

  std::string expects() const;
  json schema() const;
  result<span> read(const json& value, const source&) const;
  json tell(span s) const { return spell(s); }
  result<json> from_text(std::string_view text) const { return json(text); }
};

/// A text of so many bytes, made of certain characters where `allows` is given.
struct text {
  std::size_t shortest = 0;
  std::size_t longest = 4096;
  bool (*allows)(char) = nullptr;
  std::string_view of = "";       ///< what `allows` allows, in words
  std::string_view pattern = "";  ///< and as a regular expression

  std::string expects() const;
  json schema() const;
  result<std::string> read(const json& value, const source&) const;
  json tell(const std::string& value) const { return value; }
  result<json> from_text(std::string_view words) const { return json(words); }
};

std::optional<std::size_t> index_in(std::span<const std::string_view> names, const json& value);
std::string either(std::span<const std::string_view> names);

/// An enumerator by its name.
template <class Enum>
struct one_of {
  std::span<const std::string_view> names;

  std::string expects() const { return either(names); }
  json schema() const { return {{"enum", std::vector<std::string>(names.begin(), names.end())}}; }
  result<Enum> read(const json& value, const source&) const {
    const auto index = index_in(names, value);
    if (!index) return unlike(expects(), value);
    return static_cast<Enum>(*index);
  }
  json tell(Enum e) const { return names[static_cast<std::size_t>(e)]; }
  result<json> from_text(std::string_view words) const { return json(words); }
};

/// The value or null for none.
template <class Shape>
struct optional_of {
  Shape shape;
  using value_type =
      typename std::remove_cvref_t<decltype(*shape.read(std::declval<json>(), source{}))>;

  std::string expects() const { return shape.expects() + ", or null"; }
  json schema() const { return {{"anyOf", {shape.schema(), {{"type", "null"}}}}}; }
  result<std::optional<value_type>> read(const json& value, const source& from) const {
    if (value.is_null()) return std::optional<value_type>();
    auto read = shape.read(value, from);
    if (!read) return read.error();
    return std::optional<value_type>(std::move(*read));
  }
  json tell(const std::optional<value_type>& value) const {
    return value ? shape.tell(*value) : json();
  }
  result<json> from_text(std::string_view text) const {
    if (text == "null") return json();
    return shape.from_text(text);
  }
};

/// A list; a flag gives one element, or several with the separator between them.
template <class Shape>
struct list_of {
  Shape shape;
  std::optional<char> separator;
  using value_type =
      typename std::remove_cvref_t<decltype(*shape.read(std::declval<json>(), source{}))>;

  std::string expects() const { return "a list, each element " + shape.expects(); }
  json schema() const { return {{"type", "array"}, {"items", shape.schema()}}; }
  result<std::vector<value_type>> read(const json& value, const source& from) const {
    if (!value.is_array()) return unlike(expects(), value);
    std::vector<value_type> list;
    for (const json& element : value) {
      auto read = shape.read(element, from);
      if (!read) return below("[" + std::to_string(list.size()) + "]", read.error());
      list.push_back(std::move(*read));
    }
    return list;
  }
  json tell(const std::vector<value_type>& list) const {
    json told = json::array();
    for (const auto& element : list) told.push_back(shape.tell(element));
    return told;
  }
  result<json> from_text(std::string_view words) const {
    json list = json::array();
    while (separator && words.find(*separator) != words.npos) {
      list.push_back(words.substr(0, words.find(*separator)));
      words.remove_prefix(words.find(*separator) + 1);
    }
    list.push_back(words);
    return list;
  }
  void add(std::vector<value_type>& list, std::vector<value_type> more) const {
    list.insert(list.end(), more.begin(), more.end());
  }
};

}  // namespace lambdaprof::profile
