// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/text.hpp"
#include "command/findings.hpp"
#include "host/page_cache.hpp"
#include "host/staging.hpp"
#include "host/view.hpp"
#include "report/number.hpp"

namespace lambdaprof::command {
namespace {

using report::condition;
using report::finding;

/// What a shell with a view of its own could do that it should not.
struct trespass {
  bool saw_groups = false;
  bool wrote_code = false;
  bool left_a_file = false;
};

constexpr int saw_groups_bit = 1;
constexpr int wrote_code_bit = 2;

/// The view goes away with it, and what it wrote elsewhere is removed.
result<trespass> trespass_in(host::view_site& site, const std::string& code,
                             const std::string& unique_name) {
  const auto view = site.make();
  if (!view) return view.error();
  const std::string in_code = code + "/" + unique_name;
  const std::string in_tmp = "/tmp/" + unique_name;
  const host::descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const std::string script = fmt::format(
      "s=0; grep -q ' - cgroup' /proc/self/mountinfo && s=$((s+{})); "
      "(: > {}) && s=$((s+{})); (: > {}); exit $s",
      saw_groups_bit, shell_quoted(in_code), wrote_code_bit, shell_quoted(in_tmp));
  host::launch_request shell{
      {"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin"}, "/", nowhere.number(), nowhere.number()};
  shell.view = view->number();
  const auto end = host::run_to_end(shell);
  if (!end) return end.error();
  if (end->status < 0) return fault{fault_kind::host, "a shell in a view was killed", "", ""};
  std::remove(in_code.c_str());
  return trespass{(end->status & saw_groups_bit) != 0, (end->status & wrote_code_bit) != 0,
                  std::remove(in_tmp.c_str()) == 0};
}

finding on_view(const char* name, const host::ability& a, const result<trespass>& shell,
                bool trespass::*fails, const char* fine) {
  if (!a.can) return {name, condition::lacking, "not to be had", a.why_not, a.remedy};
  if (!shell)
    return {name, condition::unknown, a.how, "the trial failed: " + to_string(shell.error())};
  if ((*shell).*fails) return {name, condition::lacking, "without effect", a.how};
  return {name, condition::fine, "given", fmt::format("{}; {}", a.how, fine)};
}

std::vector<finding> on_views(const std::string& program, const host::run_folder& folder) {
  const std::string code = std::filesystem::path(program).parent_path();
  auto site = host::view_site::open(folder, {code, {program}});
  const host::view_abilities& can = site.abilities();
  result<trespass> shell = fault{};
  if (can.hidden_groups.can || can.read_only_code.can || can.own_tmp.can)
    shell = trespass_in(site, code, std::filesystem::path(folder.path()).filename());
  return {on_view("hidden groups", can.hidden_groups, shell, &trespass::saw_groups,
                  "a shell there found none"),
          on_view("read-only code", can.read_only_code, shell, &trespass::wrote_code,
                  "a shell there could not write to it"),
          on_view("own /tmp", can.own_tmp, shell, &trespass::left_a_file,
                  "what a shell there wrote to /tmp is not in ours")};
}

/// Of a copy, so that nothing is thrown out that is in use.
finding on_eviction(const std::string& program, const std::string& folder) {
  constexpr const char* name = "cold page cache";
  const auto refused = [&](const fault& f) {
    return finding{name, condition::lacking, "not to be had", f.message, f.hint};
  };
  if (const auto can = host::can_evict(folder); !can) return refused(can.error());
  const auto copy = host::stage(program, folder);
  if (!copy) return refused(copy.error());
  const host::residency before = host::residency_of(*copy);
  if (const auto evicted = host::evict(*copy); !evicted) return refused(evicted.error());
  const host::residency after = host::residency_of(*copy);
  if (before.resident_bytes < 0 || after.resident_bytes < 0)
    return {name, condition::unknown, "not told by this machine",
            "the kernel does not say what of a file is in memory"};
  const auto bytes = [](std::int64_t n) {
    return report::short_bytes(static_cast<std::uint64_t>(n));
  };
  finding f{name, condition::fine, "given",
            fmt::format("of {} of a copy of lambdaprof in {}, {} were in memory, and {} after "
                        "throwing them out",
                        bytes(before.total_bytes), folder, bytes(before.resident_bytes),
                        bytes(after.resident_bytes))};
  f.figures = {{"total_bytes", static_cast<double>(before.total_bytes)},
               {"before_bytes", static_cast<double>(before.resident_bytes)},
               {"after_bytes", static_cast<double>(after.resident_bytes)}};
  if (after.resident_bytes > 0) {
    f.state = condition::lacking;
    f.says = "only in part";
  }
  return f;
}

}  // namespace

std::vector<finding> findings_on_files(const std::string& program,
                                       const result<host::run_folder>& folder, const doing& says) {
  says("looking at files as a function would");
  if (!folder)
    return {{"files", condition::lacking, "nowhere to put them", to_string(folder.error())}};
  std::vector<finding> all = on_views(program, *folder);
  all.push_back(on_eviction(program, folder->path()));
  return all;
}

}  // namespace lambdaprof::command
