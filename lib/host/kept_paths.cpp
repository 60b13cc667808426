// SPDX-License-Identifier: Apache-2.0
#include "host/kept_paths.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace lambdaprof::host {
namespace {

namespace fs = std::filesystem;

/// "b/c" for "/a/b/c/" and "/a"; empty if it is not below.
std::string inner_part(const std::string& path, const std::string& folder) {
  if (!path.starts_with(folder + "/")) return {};
  std::string inner = path.substr(folder.size() + 1);
  while (inner.ends_with('/')) inner.pop_back();
  return inner;
}

bool is_inside(const kept_path& k, const kept_path& outer) {
  return k.inner == outer.inner || k.inner.starts_with(outer.inner + "/");
}

}  // namespace

std::string resolved(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? std::string() : real.string();
}

std::vector<kept_path> kept_paths(const std::string& hidden,
                                  const std::vector<std::string>& names) {
  std::vector<kept_path> found;
  for (const std::string& name : names) {
    if (!name.starts_with('/')) continue;
    for (const std::string& path : {fs::path(name).lexically_normal().string(), resolved(name)})
      for (const std::string& folder : {hidden, resolved(hidden)}) {
        std::string inner = inner_part(path, folder);
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (!inner.empty() && fs::exists(status))
          found.push_back({path, std::move(inner), fs::is_directory(status)});
      }
  }
  std::sort(found.begin(), found.end(),
            [](const kept_path& a, const kept_path& b) { return a.inner < b.inner; });
  std::vector<kept_path> kept;
  for (kept_path& k : found)
    if (std::none_of(kept.begin(), kept.end(),
                     [&](const kept_path& outer) { return is_inside(k, outer); }))
      kept.push_back(std::move(k));
  return kept;
}

}  // namespace lambdaprof::host
