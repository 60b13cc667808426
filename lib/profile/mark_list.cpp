// SPDX-License-Identifier: Apache-2.0
#include "profile/mark_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace lambdaprof::profile {
namespace {

constexpr std::size_t longest_mark = 40;
constexpr std::size_t longest_mark_text = 1000;
constexpr std::string_view mark_bytes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

std::optional<fault> objection_to_mark(std::string_view name, const json& value) {
  if (name.empty() || name.size() > longest_mark || name.find_first_not_of(mark_bytes) != name.npos)
    return fault{
        fault_kind::usage,
        fmt::format("the name of a mark is 1 to {} letters, digits, - and _", longest_mark),
        step(name), ""};
  if (!value.is_string())
    return below(step(name), unlike("a text", value, "give a part of the line"));
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > longest_mark_text || !is_clean(text) ||
      text.find('\n') != text.npos)
    return below(
        step(name),
        unlike(fmt::format("a part of one line, 1 to {} bytes", longest_mark_text), value));
  return {};
}

}  // namespace

std::string mark_list::expects() const {
  return fmt::format("an object of up to {} names, each with a part of the line", most_marks);
}

json mark_list::schema() const {
  return {{"type", "object"},
          {"maxProperties", most_marks},
          {"propertyNames", {{"pattern", fmt::format("^[a-zA-Z0-9_-]{{1,{}}}$", longest_mark)}}},
          {"additionalProperties",
           {{"type", "string"}, {"minLength", 1}, {"maxLength", longest_mark_text}}}};
}

result<mark_list::value_type> mark_list::read(const json& value, const source&) const {
  if (!value.is_object() || value.size() > most_marks) return unlike(expects(), value);
  value_type marks;
  for (const auto& [name, text] : value.items()) {
    if (const auto bad = objection_to_mark(name, text)) return *bad;
    marks.emplace_back(name, text.get<std::string>());
  }
  return marks;
}

json mark_list::tell(const value_type& marks) const {
  json told = json::object();
  for (const auto& [name, text] : marks) told[name] = text;
  return told;
}

result<json> mark_list::from_text(std::string_view text) const {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0)
    return unlike("a mark", json(text), "write it like ready='initialized in'");
  json one = json::object();
  one[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  return one;
}

void mark_list::add(value_type& marks, const value_type& more) const {
  for (const auto& one : more) {
    const auto same = std::find_if(marks.begin(), marks.end(),
                                   [&](const auto& old) { return old.first == one.first; });
    if (same == marks.end()) {
      marks.push_back(one);
    } else {
      same->second = one.second;
    }
  }
}

}  // namespace lambdaprof::profile
