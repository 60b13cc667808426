// SPDX-License-Identifier: Apache-2.0
#include "profile/keys.hpp"

#include <algorithm>

namespace lambdaprof::profile {
namespace {

/// Besides the last words of the paths: what flags and people call them.
struct other_word {
  std::string_view word;
  std::string_view path;
};
constexpr other_word other_words[] = {
    {"memory", "function.memory_mb"},
    {"env", "function.environment"},
    {"event", "events"},
};

/// The key that was meant: one of the same section, else the same key in another one.
fault unknown(const std::string& section, const std::string& key) {
  std::vector<std::string> known;
  std::vector<std::string> elsewhere;
  for (const field& f : fields()) {
    const std::string name(word_of(f));
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

result<void> each_of_section(const json& object, const std::string& section,
                             const std::function<result<void>(const field&, const json&)>& use) {
  for (const auto& [key, value] : object.items()) {
    // A flat key such as "load.cold" is the path of a field, but not in its section.
    if (const field* f = find_field(section + key); f != nullptr && section_of(*f) == section) {
      if (const auto done = use(*f, value); !done) return below(section + key, done.error());
      continue;
    }
    if (!section.empty() || !is_section(key)) {
      fault f = unknown(section, key);
      f.where.erase(0, 1);  // the dot of a first step
      return below(section, f);
    }
    if (!value.is_object()) return below(key, unlike("an object", value));
    if (const auto done = each_of_section(value, key + ".", use); !done) return done;
  }
  return {};
}

}  // namespace

result<void> each_key(const json& tree,
                      const std::function<result<void>(const field&, const json&)>& use) {
  if (!tree.is_object()) return unlike("an object", tree);
  return each_of_section(tree, "", use);
}

const field* find_by_word(std::string_view word) {
  std::string plain(word);
  std::replace(plain.begin(), plain.end(), '-', '_');
  for (const other_word& other : other_words)
    if (plain == other.word) return find_field(other.path);
  const auto at = std::find_if(fields().begin(), fields().end(), [&](const field& f) {
    return f.path == plain || word_of(f) == plain;
  });
  return at == fields().end() ? nullptr : &*at;
}

std::vector<std::string> words_of_variants() {
  std::vector<std::string> words;
  for (const other_word& other : other_words) words.emplace_back(other.word);
  for (const field& f : fields()) {
    if (!f.varies) continue;
    words.emplace_back(word_of(f));
    if (word_of(f) != f.path) words.push_back(f.path);
  }
  return words;
}

}  // namespace lambdaprof::profile
