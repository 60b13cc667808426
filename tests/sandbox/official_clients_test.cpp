// SPDX-License-Identifier: Apache-2.0
// The official runtime clients, unmodified, as they are installed from their registries.
#include "sandbox/official.hpp"

namespace lambdaprof {

using journal::start_kind;

TEST_CASE("the official clients of Go, Rust, Python and Node are initialised, served and reused") {
  for (const char* name : {"hello-go", "hello-rust", "hello-python", "hello-node"}) {
    CAPTURE(name);
    if (const auto reason = support::missing({name})) return support::skip(*reason);
    support::official t(name);
    t.settings.freezes = false;
    t.plan = {load::repeat{2, false, {load::fresh{}, load::sequential{5}}}};
    const auto line = t.run();
    REQUIRE(line.invocations.size() == 10);
    REQUIRE(line.environments.size() == 2);
    for (const auto& i : line.invocations) CHECK_MESSAGE(i.is_success(), i.error);
    CHECK(line.invocations[5].start == start_kind::cold);
    CHECK(line.invocations[6].start == start_kind::warm);
    CHECK(line.refusals.empty());
    for (const auto& e : line.environments) {
      CHECK(e.init == journal::outcome::success);
      CHECK(e.used.peak_bytes > 1'000'000);
    }
  }
}

}  // namespace lambdaprof
