// SPDX-License-Identifier: Apache-2.0
#include "command/conditions.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "host/executable.hpp"
#include "host/facts.hpp"
#include "profile/plan.hpp"

namespace lambdaprof::command {
namespace {

namespace fs = std::filesystem;

/// A function is called as its file is, or as its folder if that is all that tells bootstraps
/// apart.
std::string name_of(const fs::path& executable) {
  const bool is_bootstrap = executable.filename() == "bootstrap" && executable.has_parent_path();
  std::string name = (is_bootstrap ? executable.parent_path() : executable).filename().string();
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-') c = '_';
  return name.empty() ? "function" : name.substr(0, 64);
}

/// Listener, connection, pidfd, two pipes, a view, what is read of it in /proc, up to fifteen files
/// of control groups, and some connections to spare; the rest is for everything else, as what is in
/// stock for the next starts.
constexpr std::uint64_t descriptors_of_an_environment = 32;
constexpr std::uint64_t descriptors_of_ours = 64;

std::vector<journal::assumption> model_of(const profile::profile& p, const run::settings& s) {
  const bool skips = p.pool.idle_clock == fleet::idle_clock::skip;
  std::vector<journal::assumption> model{
      {"keep-alive", fleet::spell(p.pool.keep_alive), true},
      {"reuse", "most recently used first", true},
      {"environments",
       fmt::format("at most {}{}", s.pool.max_environments,
                   s.pool.max_environments < p.pool.max_environments
                       ? " because of the limit of open files (ulimit -n)"
                       : ""),
       true},
      {"idle time", skips ? "skipped when nothing runs" : "waited for", true},
      {"placement, download, number of processes", "not modelled", true},
  };
  if (s.pool.provisioned > 0)
    model.push_back({"provisioned",
                     fmt::format("{} initialized before the plan begins and after each deployment, "
                                 "at the share of CPU; events beyond go to others on demand",
                                 s.pool.provisioned),
                     true});
  if (const auto& w = s.pool.warmer)
    model.push_back({"warmer",
                     fmt::format("{} at once every {}, from the beginning of the plan to its end",
                                 w->concurrency, show(w->every)),
                     true});
  const environment::function& f = p.function;
  if (!f.extensions.empty())
    model.push_back({"extensions",
                     fmt::format("{} external, started before the runtime", f.extensions.size()),
                     true});
  if (f.snap_start)
    model.push_back({"SnapStart",
                     "no snapshot is taken: each environment runs its init, which is not in its "
                     "cold start, and loading a snapshot is not modelled",
                     false});
  if (f.traces_init)
    model.push_back({"init trace",
                     "starts are traced (GODEBUG, PYTHONPROFILEIMPORTTIME, LD_DEBUG), which their "
                     "times include",
                     true});
  if (f.max_concurrency > 0)
    model.push_back({"concurrency",
                     fmt::format("up to {} invocations of one environment at a time, never frozen",
                                 f.max_concurrency),
                     true});
  return model;
}

/// Each regular file directly in the folder, by name (lambda-protocol §3.1).
result<std::vector<environment::extension_file>> extensions_in(const fs::path& folder) {
  std::error_code error;
  std::vector<environment::extension_file> found;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored))
      found.push_back({at->path().filename().string(), at->path().string()});
  }
  if (error)
    return fault{fault_kind::usage, "cannot be read: " + error.message(), folder.string(),
                 "give the folder of the extensions with --extensions"};
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

/// A folder stands for the bootstrap in it, or for the one that layers bring (lambda-protocol
/// §2.2).
result<void> find_bootstrap(std::string& command, const std::string& folder) {
  std::error_code ignored;
  const fs::path package = (fs::path(folder) / command).lexically_normal();
  if (command.find('/') == std::string::npos || !fs::is_directory(package, ignored)) return {};
  const fs::path in_package = package / "bootstrap";
  const fs::path in_layers = "/opt/bootstrap";
  for (const fs::path& one : {in_package, in_layers}) {
    if (!fs::is_regular_file(one, ignored)) continue;
    command = one.string();
    return {};
  }
  return fault{fault_kind::usage,
               fmt::format("couldn't find valid bootstrap(s): [{} {}]", in_package.string(),
                           in_layers.string()),
               package.string(), "name the executable itself"};
}

}  // namespace

result<void> resolve(profile::profile& p) {
  std::error_code ignored;
  const std::string here = fs::current_path(ignored).string();
  // What a profile file says of paths starts at its folder, what the command line says starts here.
  const auto folder_of = [&](std::string_view key) {
    const std::string_view folder = profile::folder_of(p, key);
    return folder.empty() ? here : (fs::path(here) / folder).lexically_normal().string();
  };
  if (const auto bootstrap =
          find_bootstrap(p.function.command.front(), folder_of("function.command"));
      !bootstrap)
    return bootstrap.error();
  auto found = host::find_executable(p.function.command.front(), folder_of("function.command"));
  if (!found) return found.error();
  const bool is_a_path = fs::path(*found).parent_path() == fs::path(here) ||
                         p.function.command.front().find('/') != std::string::npos;
  p.function.command.front() = *found;
  if (profile::origin(p, "function.name") == "default") p.function.name = name_of(*found);
  if (p.function.directory.empty()) {
    // A package stands in its folder; an interpreter from the PATH works where we stand.
    p.function.directory = is_a_path ? fs::path(*found).parent_path().string() : here;
  }
  p.function.directory = (fs::path(folder_of("function.directory")) / p.function.directory)
                             .lexically_normal()
                             .string();
  if (!fs::is_directory(p.function.directory, ignored))
    return fault{fault_kind::usage, "is not a folder", p.function.directory,
                 "give the folder of the function's code with --directory"};
  if (::access(p.function.directory.c_str(), X_OK) != 0)
    return fault{fault_kind::usage, "may not be entered", p.function.directory,
                 "give the folder of the function's code with --directory"};
  if (p.extensions.empty()) return {};
  auto extensions =
      extensions_in((fs::path(folder_of("function.extensions")) / p.extensions).lexically_normal());
  if (!extensions) return extensions.error();
  p.function.extensions = std::move(*extensions);
  return {};
}

std::uint64_t descriptors_of(std::size_t variants) {
  return descriptors_of_ours + variants * descriptors_of_an_environment;
}

run::settings settings_of(const profile::profile& p, std::uint64_t descriptors) {
  run::settings s{p.function, p.pool, p.seed, p.give_up, true};
  const std::uint64_t room =
      descriptors > descriptors_of_ours ? descriptors - descriptors_of_ours : 0;
  const std::uint64_t most = std::max<std::uint64_t>(1, room / descriptors_of_an_environment);
  s.pool.max_environments =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(s.pool.max_environments, most));
  s.pool.provisioned = std::min(s.pool.provisioned, s.pool.max_environments);
  return s;
}

journal::header conditions_of(const profile::profile& p, const run::settings& s,
                              std::vector<journal::assumption> model, std::string command_line) {
  journal::header h;
  h.tool_version = LAMBDAPROF_VERSION;
  h.command_line = std::move(command_line);
  h.seed = p.seed;
  h.plan = load::describe(profile::plan_of(p));
  const environment::function& f = p.function;
  h.function = {
      f.name,
      f.command,
      f.directory,
      f.handler,
      f.variables,
      f.memory_mb,
      f.timeout,
      {},
      std::string(environment::initialization_type(f)),
      std::string(environment::invoke_mode_names[static_cast<std::size_t>(f.invoke_mode)]),
      f.max_concurrency,
      0,
      {}};
  for (const environment::extension_file& x : f.extensions) h.function.extensions.push_back(x.name);
  if (const auto digest = host::digest_of(f.command.front())) {
    h.function.binary_bytes = digest->bytes;
    h.function.digest = digest->fnv1a64;
  }
  for (const auto& [name, text] : p.marks) h.marks.push_back({name, text});
  if (f.traces_init) h.init_trace = {true, host::loader_ticks_per_ms()};
  const host::machine m = host::this_machine();
  h.machine = {m.kernel, m.cpu, m.cpus, m.memory_mb, m.virtualization, m.load_average};
  h.model = std::move(model);
  for (journal::assumption& a : model_of(p, s)) h.model.push_back(std::move(a));
  return h;
}

}  // namespace lambdaprof::command
