// SPDX-License-Identifier: Apache-2.0
#include "profile/variant_list.hpp"

#include <fmt/format.h>

#include <iterator>

#include "profile/keys.hpp"

namespace lambdaprof::profile {
namespace {

/// Who has said it: "x.json: variants.sync", "--variant sync".
source source_of(const std::string& name, const source& from) {
  if (from.name.starts_with("--")) return {fmt::format("{} {}", from.name, name), from.folder};
  return {fmt::format("{}: variants{}", from.name, step(name)), from.folder};
}

result<variant> read_one(const std::string& name, const json& settings, const source& from) {
  auto v = name_variant(name);
  if (!v) return v;
  const auto done = each_key(
      settings, [&](const field& f, const json& value) { return assign(*v, f, value, from); });
  if (!done) {
    fault f = done.error();
    return below(f.where.empty() ? step(name) : step(name) + ".", f);
  }
  return v;
}

}  // namespace

std::string variant_list::expects() const {
  return fmt::format("an object of up to {} names, each with an object of settings", most_variants);
}

json variant_list::schema() const {
  return {{"type", "object"},
          {"maxProperties", most_variants},
          {"propertyNames", {{"minLength", 1}, {"maxLength", most_name_bytes}}},
          {"additionalProperties", {{"$ref", "#/$defs/variant"}}}};
}

result<variant_list::value_type> variant_list::read(const json& value, const source& from) const {
  if (!value.is_object() || value.size() > most_variants) return unlike(expects(), value);
  value_type variants;
  for (const auto& [name, settings] : value.items()) {
    auto v = read_one(name, settings, source_of(name, from));
    if (!v) return v.error();
    variants.push_back(std::move(*v));
  }
  return variants;
}

json variant_list::tell(const value_type& variants) const {
  json told = json::object();
  for (const variant& v : variants) {
    json& one = told[v.name] = json::object();
    for (const assignment& set : v.settings) {
      const field* f = find_field(set.path);
      ensure(f != nullptr, "a variant sets fields that exist");
      const std::string_view section = section_of(*f);
      json& object =
          section.empty() ? one : one[std::string(section.substr(0, section.size() - 1))];
      json& place = object[std::string(word_of(*f))];
      if (f->use != flag_use::merges) {
        place = set.value;
        continue;
      }
      for (const auto& [key, text] : set.value.items()) place[key] = text;
    }
  }
  return told;
}

result<json> variant_list::from_text(std::string_view text) const {
  const auto v = read_variant(text, "");
  if (!v) return v.error();
  return tell({*v});
}

void variant_list::add(value_type& variants, value_type more) const {
  variants.insert(variants.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

}  // namespace lambdaprof::profile
