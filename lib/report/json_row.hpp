// SPDX-License-Identifier: Apache-2.0
// The writing side of fields.hpp: a struct becomes a JSON object.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/text.hpp"
#include "report/fields.hpp"

namespace lambdaprof::report {

class json_row {
 public:
  using json = nlohmann::ordered_json;

  template <class T>
  void value(const char* key, const T& v) {
    object_[key] = json_of(v);
  }

  /// Left out where it is what goes without saying.
  template <class T>
  void value_unless(const T& usual, const char* key, const T& v) {
    if (!(v == usual)) value(key, v);
  }

  /// Negative is unknown, and null.
  template <class T>
  void if_known(const char* key, const T& v) {
    object_[key] = v < T{} ? json() : json_of(v);
  }

  /// Negative is unknown, and left out.
  template <class T>
  void if_any(const char* key, const T& v) {
    if (v >= T{}) object_[key] = json_of(v);
  }

  template <class Enum, std::size_t N>
  void one_of(const char* key, Enum e, const std::array<std::string_view, N>& names) {
    object_[key] = names[static_cast<std::size_t>(e)];
  }
  template <class Enum, std::size_t N>
  void one_of_unless(Enum usual, const char* key, Enum e,
                     const std::array<std::string_view, N>& names) {
    if (e != usual) one_of(key, e, names);
  }
  template <class Enum, std::size_t N>
  void one_of_if(bool is_there, const char* key, Enum e,
                 const std::array<std::string_view, N>& names) {
    object_[key] = is_there ? json(names[static_cast<std::size_t>(e)]) : json();
  }

  template <class T>
  void part(const char* key, const T& of) {
    json_row inner;
    fields(inner, of);
    object_[key] = std::move(inner.object_);
  }

  /// Left out where it is not there.
  template <class T>
  void part_if(bool is_there, const char* key, const T& of) {
    if (is_there) part(key, of);
  }

  template <class T>
  void rows(const char* key, const std::vector<T>& all) {
    json array = json::array();
    for (const T& one : all) {
      json_row inner;
      fields(inner, one);
      array.push_back(std::move(inner.object_));
    }
    object_[key] = std::move(array);
  }

  template <class T>
  void rows_if_any(const char* key, const std::vector<T>& all) {
    if (!all.empty()) rows(key, all);
  }

  /// An object of numbers, or of lists of them.
  void values_if_any(const char* key, const std::vector<analysis::emitted_values>& all) {
    if (all.empty()) return;
    json& to = object_[key] = json::object();
    for (const analysis::emitted_values& v : all)
      to[valid_utf8(v.key)] = v.values.size() == 1 ? json(v.values.front()) : json(v.values);
  }

  void tool(const std::string& version) {
    object_["tool"] = {{"name", "lambdaprof"}, {"version", valid_utf8(version)}};
  }

  json& object() { return object_; }

  static json json_of(bool b) { return b; }
  static json json_of(std::integral auto n) { return n; }
  static json json_of(double x) { return std::isfinite(x) ? json(x) : json(); }
  static json json_of(const std::string& text) { return valid_utf8(text); }
  static json json_of(span s) { return milliseconds(s); }
  static json json_of(instant at) { return at == never ? json() : json_of(at.time_since_epoch()); }
  template <class Tag>
  static json json_of(id<Tag> i) {
    return i ? json(i.value) : json();
  }
  template <class T>
  static json json_of(const std::optional<T>& v) {
    return v ? json_of(*v) : json();
  }
  static json json_of(const std::vector<std::string>& texts) {
    json array = json::array();
    for (const std::string& text : texts) array.push_back(valid_utf8(text));
    return array;
  }

 private:
  json object_ = json::object();
};

}  // namespace lambdaprof::report
