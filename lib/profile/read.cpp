// SPDX-License-Identifier: Apache-2.0
#include "profile/read.hpp"

#include <algorithm>
#include <filesystem>

#include "profile/fields.hpp"
#include "profile/file.hpp"

namespace lambdaprof::profile {
namespace {

constexpr std::size_t most_profile_bytes = 16'000'000;

void remember(profile& p, const field& f, const json& value, std::string_view by) {
  if (!value.is_object()) {
    p.origins[f.path] = by;
    return;
  }
  for (const auto& [key, ignored] : value.items()) p.origins[f.path + "." + key] = by;
}

/// The key that was meant: one of the same section, else the same key in another one.
fault unknown(const std::string& section, const std::string& key) {
  std::vector<std::string> known;
  std::vector<std::string> elsewhere;
  for (const field& f : fields()) {
    const std::string name = f.path.substr(section_of(f).size());
    if (section_of(f) == section) known.push_back(name);
    if (section.empty() && !section_of(f).empty())
      known.emplace_back(section_of(f).substr(0, section_of(f).size() - 1));
    if (name == key) elsewhere.push_back(f.path);
  }
  fault f = unknown_key(key, known);
  if (!elsewhere.empty()) f.hint = "did you mean " + elsewhere.front() + "?";
  return f;
}

bool is_section(const std::string& key) {
  return std::any_of(fields().begin(), fields().end(),
                     [&](const field& f) { return section_of(f) == key + "."; });
}

result<void> read_section(profile& p, const json& object, const std::string& section,
                          const source& from) {
  for (const auto& [key, value] : object.items()) {
    // A flat key such as "load.cold" is the path of a field, but not in its section.
    if (const field* f = find_field(section + key); f != nullptr && section_of(*f) == section) {
      if (const auto done = f->set(p, value, from); !done)
        return below(section + key, done.error());
      remember(p, *f, value, from.name);
      continue;
    }
    if (!section.empty() || !is_section(key)) {
      fault f = unknown(section, key);
      f.where.erase(0, 1);  // the dot of a first step
      return below(section, f);
    }
    if (!value.is_object()) return below(key, unlike("an object", value));
    if (const auto done = read_section(p, value, key + ".", from); !done) return done;
  }
  return {};
}

}  // namespace

result<profile> read_profile(const std::string& path) {
  const auto text = read_file(path, most_profile_bytes);
  if (!text) return text.error();
  return read_profile_text(*text, path);
}

result<profile> read_profile_text(std::string_view text, std::string_view name) {
  const auto tree = parse_json(text, name);
  if (!tree) return tree.error();
  source from{std::string(name), std::filesystem::path(name).parent_path().string()};
  profile p;
  p.folder = from.folder;
  const auto done = tree->is_object() ? read_section(p, *tree, "", from)
                                      : result<void>(unlike("an object", *tree));
  if (done) return p;
  return below(done.error().where.empty() ? from.name : from.name + ": ", done.error());
}

result<void> apply_flag(profile& p, std::string_view path, std::string_view text,
                        std::string_view flag) {
  const field* f = find_field(path);
  ensure(f != nullptr, "a flag sets a field that exists");
  const source from{std::string(flag), ""};
  const bool adds =
      f->use == flag_use::merges || (f->use == flag_use::extends && origin(p, path) == flag);
  const auto value = f->from_text(text);
  if (!value) return below(flag, value.error());
  if (const auto done = (adds ? f->add : f->set)(p, *value, from); !done) {
    fault bad = done.error();
    // The list around the one element that a flag gives is not the user's.
    if (f->use == flag_use::extends) bad.where.clear();
    if (bad.where.starts_with('.')) bad.where.erase(0, 1);
    return below(bad.where.empty() ? from.name : from.name + ": ", bad);
  }
  remember(p, *f, *value, flag);
  return {};
}

}  // namespace lambdaprof::profile
