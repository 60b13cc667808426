// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "journal/lines.hpp"
#include "journal/shape.hpp"

namespace lambdaprof::journal {
namespace {

using json = nlohmann::json;

/// Appends JSON by hand: building a tree per line would cost ten times as much.
class line_writer {
 public:
  line_writer(const journal& from, std::string& to) : from_(from), to_(to) {}

  void conditions() {
    open();
    pair("schema", std::string_view(schema));
    members(from_.conditions(), members_of<header>);
    close();
    to_ += '\n';
  }

  void line(const entry& e) {
    open();
    pair("at_ns", e.at);
    if (e.env) pair("env", e.env.value);
    if (e.inv) pair("inv", e.inv.value);
    fact_of(e.what, std::make_index_sequence<std::variant_size_v<what>>());
    close();
    to_ += '\n';
  }

 private:
  template <std::size_t... I>
  void fact_of(const what& w, std::index_sequence<I...>) {
    const auto write = [&]<std::size_t Index>() {
      if (w.index() != Index) return;
      pair("fact", std::get<Index>(kinds).name);
      members(*std::get_if<Index>(&w), std::get<Index>(kinds).members);
    };
    (write.template operator()<I>(), ...);
  }

  template <class T, class... Members>
  void members(const T& of, const std::tuple<Members...>& shape) {
    const auto write = [&](const auto& m) {
      const auto& value = of.*m.place;
      if (!is_absent(value, m.when)) pair(m.key, value);
    };
    std::apply([&](const auto&... m) { (write(m), ...); }, shape);
  }

  template <class V>
  static bool is_absent(const V& value, presence when) {
    if constexpr (std::same_as<V, text_id> || std::same_as<V, usage_id>) {
      return value.is_none();
    } else if constexpr (std::same_as<V, span> || std::same_as<V, std::int64_t>) {
      return when == presence::unless_unknown && value == V{-1};
    } else if constexpr (std::same_as<V, bool> || enumeration<V>) {
      return when == presence::unless_usual && value == V{};
    } else {
      return false;
    }
  }

  void open() {
    to_ += '{';
    comma_ = false;
  }
  void close() {
    to_ += '}';
    comma_ = true;
  }
  void separate() {
    if (comma_) to_ += ',';
    comma_ = true;
  }

  template <class V>
  void pair(std::string_view key, const V& value) {
    separate();
    fmt::format_to(std::back_inserter(to_), "\"{}\":", key);
    put(value);
  }

  void put(instant value) { put(value.time_since_epoch().count()); }
  void put(span value) { put(value.count()); }
  void put(bool value) { to_ += value ? "true" : "false"; }
  void put(whole auto value) { fmt::format_to(std::back_inserter(to_), "{}", value); }
  void put(enumeration auto value) { put(name_of(value)); }
  void put(double value) { to_ += json(value).dump(); }
  void put(text_id value) { put(from_.text(value)); }
  void put(usage_id value) { put(from_.used(value)); }
  void put(const std::string& value) { put(std::string_view(value)); }
  void put(std::string_view value) {
    to_ += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  void put(const std::pair<std::string, std::string>& value) {
    put(std::vector{value.first, value.second});
  }
  template <class V>
  void put(const std::vector<V>& values) {
    to_ += '[';
    comma_ = false;
    for (const V& value : values) {
      separate();
      put(value);
    }
    to_ += ']';
    comma_ = true;
  }
  template <described T>
  void put(const T& value) {
    open();
    members(value, members_of<T>);
    close();
  }

  template <class E>
  static std::string_view name_of(E value) {
    return names_of<E>.at(static_cast<std::size_t>(value));
  }

  const journal& from_;
  std::string& to_;
  bool comma_ = false;
};

}  // namespace

std::string write_lines(const journal& j) {
  std::string text;
  text.reserve(1024 + 64 * j.entries().size());
  line_writer writer(j, text);
  writer.conditions();
  for (const entry& e : j.entries()) writer.line(e);
  return text;
}

}  // namespace lambdaprof::journal
