// SPDX-License-Identifier: Apache-2.0
// Views for the tests of host, with real processes in real mount namespaces. Each has a place of
// its own for the run's folder, so that no other run cleans up in it.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>

#include "host/fixture.hpp"
#include "host/view.hpp"

namespace lambdaprof::host::testing {

using strings = std::vector<std::string>;

constexpr const char* no_views = "no mount namespace can be made here";
inline const std::string shell = "/bin/sh";

/// A folder that is not below /tmp.
class elsewhere {
 public:
  elsewhere() {
    std::string name = "/var/tmp/lambdaprof-test-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  elsewhere(const elsewhere&) = delete;
  elsewhere& operator=(const elsewhere&) = delete;
  ~elsewhere() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What a run has: its folder, and views for one function.
struct run {
  explicit run(const viewed& what) : run(what, {}) {}
  run(const viewed& what, const std::string& where)
      : made(run_folder::make(where.empty() ? place.path() : where)),
        site(view_site::open(made.value(), what)) {}

  bool can() const { return site.abilities().hidden_groups.can && site.abilities().own_tmp.can; }

  folder place;
  result<run_folder> made;
  view_site site;
};

struct outcome {
  int status = -1;
  strings lines;
  bool operator==(const outcome&) const = default;
};

inline outcome launch_in(const view& v, strings words, const std::string& directory = "/") {
  clock time;
  auto ends = std::move(*make_pipe());
  launch_request request{std::move(words),
                         {"PATH=/usr/bin:/bin"},
                         directory,
                         ends.write.number(),
                         ends.write.number()};
  request.view = v.number();
  auto started = launch(request, time);
  if (const auto* error = std::get_if<launch_error>(&started)) FAIL(to_string(*error, request));
  ends.write.close();
  ::fcntl(ends.read.number(), F_SETFL, 0);
  std::string text;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(ends.read.number(), block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(n));
  int status = 0;
  REQUIRE(::waitpid(std::get<launched>(started).pid, &status, 0) > 0);
  outcome o{WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), {}};
  for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1))
    o.lines.push_back(text.substr(0, end));
  return o;
}

inline outcome sh(const view& v, const std::string& script, const std::string& directory = "/") {
  return launch_in(v, {shell, "-c", script}, directory);
}

}  // namespace lambdaprof::host::testing
