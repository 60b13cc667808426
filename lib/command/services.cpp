// SPDX-License-Identifier: Apache-2.0
#include "command/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "host/executable.hpp"
#include "profile/shape.hpp"
#include "profile/variables.hpp"
#include "report/width.hpp"

namespace lambdaprof::command {
namespace {

constexpr span patience = std::chrono::seconds(60);

/// "STORE_URL=… STORE_CA=…", without blanks in the values.
result<std::vector<std::pair<std::string, std::string>>> variables_in(std::string_view words,
                                                                      const std::string& from) {
  std::vector<std::pair<std::string, std::string>> found;
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    if (equals == word.npos || equals == 0)
      return fault{fault_kind::host,
                   fmt::format("the service announced \"{}\", which is no NAME=VALUE",
                               report::printable(word.substr(0, 60))),
                   from, "it says that it is ready by: ready NAME=VALUE …"};
    found.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return found;
}

}  // namespace

result<services> services::start(const profile::profile& p, const console& c) {
  services all;
  std::error_code ignored;
  const std::filesystem::path here = std::filesystem::current_path(ignored);
  const std::string folder = (here / profile::folder_of(p, "services")).lexically_normal().string();
  for (std::vector<std::string> command : p.services) {
    if (command.empty() || command.front().empty())
      return fault{fault_kind::usage, "a service without a command", "services", ""};
    const auto found = host::find_executable(command.front(), folder);
    if (!found) return profile::below("services: ", found.error());
    command.front() = *found;
    const std::string name = std::filesystem::path(*found).filename().string();
    if (c.has_progress) say(stderr, fmt::format("\r\x1b[Kstarting {} …", report::printable(name)));
    auto service = host::service::start(command, folder, patience);
    if (c.has_progress) say(stderr, "\r\x1b[K");
    if (!service) return service.error();
    auto variables = variables_in(service->announcement(), *found);
    if (!variables) return variables.error();
    all.variables_.insert(all.variables_.end(), variables->begin(), variables->end());
    all.all_.push_back({name, std::move(*service)});
  }
  return all;
}

result<void> services::introduce_to(environment::function& f) const {
  for (const auto& announced : variables_) {
    const auto own = std::find_if(f.variables.begin(), f.variables.end(),
                                  [&](const auto& v) { return v.first == announced.first; });
    if (own == f.variables.end()) f.variables.push_back(announced);
  }
  if (const std::size_t bytes = profile::bytes_of(f.variables);
      bytes > profile::most_variable_bytes)
    return fault{fault_kind::usage,
                 fmt::format("with those of the services the variables take {} bytes; Lambda "
                             "allows {}",
                             bytes, profile::most_variable_bytes),
                 "function.environment", ""};
  return {};
}

std::vector<int> services::pids() const {
  std::vector<int> all;
  for (const one& each : all_) all.push_back(each.service.pid());
  return all;
}

std::vector<std::string> services::losses() {
  std::vector<std::string> lost;
  for (one& each : all_)
    if (const std::string said = each.service.last_words(); !said.empty())
      lost.push_back(fmt::format("the service {} ended while it was needed: {}", each.name, said));
  return lost;
}

}  // namespace lambdaprof::command
