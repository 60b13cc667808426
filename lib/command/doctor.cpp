// SPDX-License-Identifier: Apache-2.0
#include "command/doctor.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "command/findings.hpp"
#include "command/output_files.hpp"
#include "host/cgroup_site.hpp"
#include "host/clock.hpp"
#include "host/facts.hpp"
#include "host/keeper.hpp"
#include "host/mounts.hpp"
#include "host/output_file.hpp"
#include "host/own_folder.hpp"
#include "host/proc.hpp"
#include "host/run_folder.hpp"
#include "report/doctor.hpp"

namespace lambdaprof::command {
namespace {

std::string own_program() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

void append(std::vector<report::finding>& all, std::vector<report::finding> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

report::diagnosis look_at(const result<host::run_folder>& folder, const doing& says) {
  report::diagnosis d;
  d.tool_version = LAMBDAPROF_VERSION;
  d.started_at = host::utc_now();
  const host::machine m = host::this_machine();
  d.machine = {m.kernel, m.cpu, m.cpus, m.memory_mb, m.virtualization, m.load_average};
  stretch s;
  s.load_average = m.load_average;
  s.pressure = host::cpu_pressure_of(host::read_text("/proc/pressure/cpu"));
  s.before = host::cpu_times_since_boot();
  const span ours = host::own_cpu_time();
  const host::clock time;
  const std::string program = own_program();
  limits_found found = findings_on_limits(says);
  d.limits = std::move(found.limits);
  append(d.limits, findings_on_files(program, folder, says));
  d.host = findings_on_host(says);
  if (found.thaw) d.host.push_back(std::move(*found.thaw));
  d.self_test = self_test(program, folder, says);
  s.wall = time.now() - instant{};
  s.ours = host::own_cpu_time() - ours;
  s.after = host::cpu_times_since_boot();
  append(d.host, findings_on_others(s));
  return d;
}

sigset_t blocked_ends() {
  sigset_t ends;
  ::sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&ends, signal);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return ends;
}

/// Ctrl-C, or the end of the keeper, ends an examination at once: half of it would say nothing.
/// What says it all is written to its end, while `writing` is held. A thread waits for the signals,
/// since the examination itself waits here and there.
void end_at(const sigset_t& signals, const std::string& folder,
            const std::shared_ptr<std::mutex>& writing) {
  std::thread([signals, folder, writing] {
    int signal = 0;
    ::sigwait(&signals, &signal);
    const std::lock_guard<std::mutex> nothing_is_written(*writing);
    host::cgroup_site::remove_all_of(::getpid(), host::own_hierarchies());
    if (!folder.empty()) host::remove_tree(folder);
    std::_Exit(exit_status::interrupted);
  }).detach();
}

result<void> print(const report::diagnosis& d, const console& c) {
  const auto terminal = host::output_file::open("-");
  if (!terminal) return terminal.error();
  return terminal->write(render_for(c, report::compose(d)));
}

int examine_and_report(const std::optional<host::output_file>& json, const console& c) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error to report
  const sigset_t ends = blocked_ends();
  const auto folder = host::run_folder::make();
  const auto writing = std::make_shared<std::mutex>();
  end_at(ends, folder ? folder->path() : "", writing);
  const report::diagnosis d = look_at(folder, [&](std::string_view what) {
    if (c.has_progress) say(stderr, "\r\x1b[K" + std::string(what));
  });
  const std::lock_guard<std::mutex> nothing_ends_us(*writing);
  if (c.has_progress) say(stderr, "\r\x1b[K");
  if (json)
    if (const auto written = json->write(report::write_json(d)); !written)
      return complain(written.error());
  if (json && is_standard_output(json->path())) return exit_status::success;
  if (const auto printed = print(d, c); !printed) return complain(printed.error());
  return exit_status::success;
}

}  // namespace

int doctor(const doctor_options& options, const console& c) {
  std::optional<host::output_file> json;
  if (!options.json.empty()) {
    auto opened = host::output_file::open(options.json);
    if (!opened) return complain(opened.error());
    json.emplace(std::move(*opened));
  }
  return host::keep([&] { return examine_and_report(json, c); });
}

}  // namespace lambdaprof::command
