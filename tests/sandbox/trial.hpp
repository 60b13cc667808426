// SPDX-License-Identifier: Apache-2.0
// One run of a real function in the real world, with the checks that every run has to pass.
#pragma once

#include <doctest/doctest.h>
#include <sys/prctl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/timeline.hpp"
#include "command/telemetry_feed.hpp"
#include "host/strays.hpp"
#include "journal/audit.hpp"
#include "sandbox/world.hpp"
#include "support/places.hpp"

namespace lambdaprof::support {

inline std::size_t open_descriptors() {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& d : std::filesystem::directory_iterator("/proc/self/fd")) ++n;
  return n;
}

inline bool start_one() {
  boost::asio::io_context loop(1);
  const host::clock time;
  journal::journal log;
  run::settings s;
  s.function.command = {"/bin/true"};
  s.function.directory = "/";
  run::conductor conductor(s, {load::sequential{1}}, {{"{}", 0}}, log);
  sandbox::world(loop, time, conductor).run();
  return true;
}

struct trial {
  run::settings settings;
  load::plan plan{load::fresh{}, load::sequential{3}};
  std::string event = "{}";
  span stop_after{};
  /// Asked about every millisecond, between two turns of the run; true stops it.
  std::function<bool(const journal::journal&)> stop_when;
  sandbox::confinement held;
  sandbox::observer watcher = {};
  journal::journal log;

  explicit trial(const std::string& sample,
                 std::vector<std::pair<std::string, std::string>> variables = {}) {
    const std::string folder = std::string(support::binary_dir) + "/sample-functions";
    settings.function.command = {folder + "/" + sample};
    settings.function.directory = folder;
    settings.function.variables = std::move(variables);
    settings.give_up = 0;
  }

  void add_extension(const std::string& path) {
    settings.function.extensions.push_back({std::filesystem::path(path).filename(), path});
  }

  analysis::timeline run() {
    log.conditions() = conditions();
    // As the keeper does it for the program: what a function leaves behind becomes a child of ours.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    // Asio keeps what it opens for the whole process the first time a process is started.
    [[maybe_unused]] static const bool has_started = start_one();
    const std::size_t before = open_descriptors();
    {
      boost::asio::io_context loop(1);
      const host::clock time;
      run::conductor conductor(settings, plan, {{event, 0}}, log);
      sandbox::world world(loop, time, conductor, held, command::telemetry_of(log), watcher);
      boost::asio::steady_timer timer(loop);
      if (stop_after > span{}) {
        timer.expires_after(stop_after);
        timer.async_wait([&](const boost::system::error_code& e) {
          if (!e) world.stop();
        });
      }
      std::function<void()> ask = [&] {
        if (stop_when(log)) return world.stop();
        timer.expires_after(std::chrono::milliseconds(1));
        timer.async_wait([&](const boost::system::error_code& e) {
          if (!e) ask();
        });
      };
      if (stop_when) boost::asio::post(loop, ask);
      world.run();
    }
    CHECK(open_descriptors() == before);
    CHECK(host::strays({}).empty());
    for (const auto& b : journal::audit(log)) FAIL_CHECK(b.law << " at entry " << b.entry);
    return analysis::read_timeline(log);
  }

 private:
  /// Log and telemetry are written from these.
  journal::header conditions() const {
    const environment::function& f = settings.function;
    journal::header h;
    h.started_at = host::utc_now();
    h.seed = settings.seed;
    h.function.name = f.name;
    h.function.command = f.command;
    h.function.directory = f.directory;
    h.function.handler = f.handler;
    h.function.variables = f.variables;
    h.function.memory_mb = f.memory_mb;
    h.function.timeout = f.timeout;
    h.init_trace.is_on = f.traces_init;
    h.function.initialization = environment::initialization_type(f);
    for (const environment::extension_file& x : f.extensions)
      h.function.extensions.push_back(x.name);
    return h;
  }
};

}  // namespace lambdaprof::support
