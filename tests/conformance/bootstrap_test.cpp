// SPDX-License-Identifier: Apache-2.0
// Checklist 39: which bootstrap a folder stands for. Found before anything runs, so that there is
// no invoker to be told.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "command/conditions.hpp"
#include "conformance/place.hpp"

namespace lambdaprof {
namespace {

using conformance::place;
namespace fs = std::filesystem;

}  // namespace

TEST_CASE(
    "39 D: bootstrap in the package wins over the one in /opt, and without any both are named") {
  const place package;
  profile::profile p;
  p.function.command = {package.path};
  const bool is_in_layers = fs::is_regular_file("/opt/bootstrap");
  const auto none = command::resolve(p);
  // DOC, REC: these words, which begin with a capital letter there.
  if (!is_in_layers) {
    REQUIRE(!none);
    CHECK(none.error().message ==
          fmt::format("couldn't find valid bootstrap(s): [{}/bootstrap /opt/bootstrap]",
                      package.path));
  }
  const std::string own = package.path + "/bootstrap";
  std::ofstream(own) << "#!/bin/sh\n";
  fs::permissions(own, fs::perms::owner_all);
  profile::profile with_own;
  with_own.function.command = {package.path};
  REQUIRE(command::resolve(with_own));
  CHECK(with_own.function.command == std::vector<std::string>{own});
  CHECK(with_own.function.directory == package.path);
}

}  // namespace lambdaprof
