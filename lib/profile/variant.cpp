// SPDX-License-Identifier: Apache-2.0
#include "profile/variant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "profile/fields.hpp"

namespace lambdaprof::profile {
namespace {

constexpr std::size_t longest_value = 80;

/// Control characters of ASCII and of what follows it.
bool has_controls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < ' ' || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0)
      return true;
  }
  return false;
}

fault bad_name(std::string message, std::string hint = "") {
  return {fault_kind::usage, std::move(message), "", std::move(hint)};
}

/// What a new setting sets that an old one has set: a path, or the name of a variable.
std::string clash_of(const assignment& old, const field& f, const json& value) {
  if (old.path != f.path) return "";
  if (f.use != flag_use::merges) return f.path;
  for (const auto& [name, ignored] : value.items())
    if (old.value.contains(name)) return name;
  return "";
}

std::string cut(std::string text) {
  if (text.size() <= longest_value) return text;
  std::size_t end = longest_value;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
  return text.substr(0, end) + "…";
}

/// As people write it, in quotes only where it could be mistaken for something else.
std::string words_of(const json& value) {
  if (value.is_array()) {
    std::string all;
    for (const json& element : value)
      all += (all.empty() ? "" : " ") +
             (element.is_string() ? shell_quoted(element.get_ref<const std::string&>())
                                  : compact(element.contains("file") ? element["file"] : element));
    return cut(all);
  }
  if (!value.is_string()) return cut(compact(value));
  const auto& words = value.get_ref<const std::string&>();
  const bool is_plain = !has_controls(words) && words.find(", ") == words.npos;
  return cut(is_plain ? words : compact(value));
}

std::string joined(std::string text, const std::string& more) {
  return text.empty() ? more : std::move(text) + ", " + more;
}

}  // namespace

result<variant> name_variant(std::string_view name) {
  if (name.empty() || name.size() > most_name_bytes)
    return bad_name(fmt::format("the name of a variant takes 1 to {} bytes, \"{}\" has {}",
                                most_name_bytes, valid_utf8(name.substr(0, most_name_bytes)),
                                name.size()));
  if (valid_utf8(name) != name || has_controls(name))
    return bad_name(fmt::format("the name of a variant is printable text, which {} is not",
                                compact(json(valid_utf8(name)))));
  if (name.front() == ' ' || name.back() == ' ')
    return bad_name(
        fmt::format("the name of a variant neither begins nor ends with a blank: \"{}\"", name));
  return variant{std::string(name), {}};
}

result<void> assign(variant& v, const field& f, const json& value, const source& from) {
  if (!f.varies)
    return fault{fault_kind::usage,
                 fmt::format("all variants of a trial share {}, since they are measured in turn "
                             "under one plan",
                             f.path),
                 "", "set it for the whole profile"};
  profile alone;
  if (auto done = f.set(alone, value, from); !done) return done;
  // As it is told, so that a relative path of an event still holds elsewhere.
  assignment one{f.path, f.tell(alone), from};
  for (const assignment& old : v.settings)
    if (const std::string twice = clash_of(old, f, one.value); !twice.empty())
      return fault{fault_kind::usage, fmt::format("{} is set twice", twice), "", ""};
  v.settings.push_back(std::move(one));
  return {};
}

result<std::vector<variant>> cross(const std::vector<variant>& first,
                                   const std::vector<variant>& second) {
  if (first.empty()) return second;
  if (second.empty()) return first;
  if (first.size() * second.size() > most_variants)
    return bad_name(fmt::format("{} times {} variants are more than {}", first.size(),
                                second.size(), most_variants));
  std::vector<variant> all;
  for (const variant& a : first) {
    for (const variant& b : second) {
      auto both = name_variant(fmt::format("{}, {}", a.name, b.name));
      if (!both) {
        fault f = both.error();
        f.hint = "give shorter names, with --variant or in a profile";
        return f;
      }
      both->settings = a.settings;
      for (const assignment& more : b.settings) {
        const field* f = find_field(more.path);
        ensure(f != nullptr, "a variant sets fields that exist");
        if (const auto done = assign(*both, *f, more.value, more.from); !done)
          return below(fmt::format("{} with {}", a.name, b.name), done.error());
      }
      all.push_back(std::move(*both));
    }
  }
  return all;
}

result<void> check_names(const std::vector<variant>& variants) {
  if (variants.size() > most_variants)
    return bad_name(fmt::format("{} variants are more than {}", variants.size(), most_variants));
  std::set<std::string_view> names;
  for (const variant& v : variants)
    if (!names.insert(v.name).second)
      return bad_name(fmt::format("two variants are called \"{}\"", v.name),
                      "give them different names");
  return {};
}

result<void> check_variants(const std::vector<variant>& variants, std::string_view base) {
  if (variants.size() < 2)
    return bad_name(variants.empty()
                        ? std::string("there is nothing to compare")
                        : fmt::format("there is nothing to compare \"{}\" with", variants[0].name),
                    "a comparison needs two variants or more");
  if (auto fine = check_names(variants); !fine) return fine;
  std::vector<std::string> names;
  for (const variant& v : variants) names.push_back(v.name);
  if (base.empty() || std::find(names.begin(), names.end(), base) != names.end()) return {};
  std::string all;
  for (const std::string& name : names) all = joined(all, fmt::format("\"{}\"", name));
  const auto meant = nearest(base, names);
  return bad_name(fmt::format("the base \"{}\" is none of the variants {}", valid_utf8(base), all),
                  meant ? fmt::format("did you mean {}?", *meant) : "");
}

result<profile> with(const profile& base, const variant& v) {
  profile p = base;
  p.variants.clear();
  p.origins.erase("variants");
  for (const assignment& one : v.settings) {
    const field* f = find_field(one.path);
    ensure(f != nullptr && f->varies, "a variant sets fields that may vary");
    const auto& put = f->use == flag_use::merges ? f->add : f->set;
    if (const auto done = put(p, one.value, one.from); !done)
      return below(fmt::format("{}: {}", one.from.name, one.path), done.error());
    remember(p, *f, one.value, one.from.name);
  }
  return p;
}

std::string settings_text(const variant& v) {
  std::string text;
  for (const assignment& one : v.settings) {
    const field* f = find_field(one.path);
    ensure(f != nullptr, "a variant sets fields that exist");
    if (f->use != flag_use::merges) {
      text = joined(text, fmt::format("{}={}", word_of(*f), words_of(one.value)));
      continue;
    }
    for (const auto& [name, value] : one.value.items())
      text = joined(text, fmt::format("{}={}", name, words_of(value)));
  }
  return text;
}

}  // namespace lambdaprof::profile
