// SPDX-License-Identifier: Apache-2.0
#include "profile/read.hpp"

#include <filesystem>

#include "profile/fields.hpp"
#include "profile/file.hpp"
#include "profile/keys.hpp"

namespace lambdaprof::profile {
namespace {

constexpr std::size_t most_profile_bytes = 16'000'000;

result<void> read_tree(profile& p, const json& tree, const source& from) {
  return each_key(tree, [&](const field& f, const json& value) -> result<void> {
    if (auto done = f.set(p, value, from); !done) return done;
    remember(p, f, value, from.name);
    return {};
  });
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
  const auto done = read_tree(p, *tree, from);
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
