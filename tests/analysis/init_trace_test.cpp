// SPDX-License-Identifier: Apache-2.0
#include "analysis/init_trace.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lambdaprof;
using namespace lambdaprof::analysis;

namespace {

/// "go net/http 20, …" in microseconds.
std::string told(const init_trace& t, std::size_t most = 100) {
  std::string all;
  for (const init_step& s : t.steps(most)) {
    all += all.empty() ? "" : ", ";
    all += std::string(tracer_names[static_cast<std::size_t>(s.by)]) + " " + s.name + " " +
           std::to_string(s.self.count() / 1000);
  }
  return all;
}

}  // namespace

TEST_CASE("Go tells the clock time of each package") {
  init_trace t;
  CHECK(t.take("init internal/bytealg @0.008 ms, 0.003 ms clock, 0 bytes, 0 allocs"));
  CHECK(t.take("init net/http @1.2 ms, 0.020 ms clock, 4096 bytes, 41 allocs"));
  CHECK(t.take("init crypto/x509 @1.9 ms, 0 ms clock, 0 bytes, 0 allocs"));
  CHECK(told(t) == "go net/http 20, go internal/bytealg 3");
}

TEST_CASE("Python tells what each module took itself, whatever is nested in it") {
  init_trace t;
  CHECK(t.take("import time: self [us] | cumulative | imported package"));
  CHECK(t.take("import time:       348 |        348 |       _json"));
  CHECK(t.take("import time:       652 |       1000 |     json.scanner"));
  CHECK(t.take("import time:       511 |       2959 | json"));
  CHECK(told(t) == "python json.scanner 652, python json 511, python _json 348");
}

TEST_CASE("the dynamic loader tells cycles, of which two parts are told by themselves") {
  const char* const lines[] = {
      "      7791:\t",
      "      7791:\truntime linker statistics:",
      "      7791:\t  total startup time in dynamic loader: 306382 cycles",
      "      7791:\t            time needed for relocation: 25846 cycles (8.4%)",
      "      7791:\t                 number of relocations: 87",
      "      7791:\t      number of relocations from cache: 7",
      "      7791:\t        number of relative relocations: 16",
      "      7791:\t           time needed to load objects: 16941 cycles (5.5%)",
      "      7791:\tfinal number of relocations from cache: 7"};
  init_trace t(1000);
  for (const char* line : lines) CHECK(t.take(line));
  CHECK(told(t) ==
        "loader everything else 263595, loader relocations 25846, "
        "loader loading objects 16941");
  init_trace of_unknown_clock;
  for (const char* line : lines) CHECK(of_unknown_clock.take(line));
  CHECK(told(of_unknown_clock) == "");
}

TEST_CASE("two programs that are started one after the other add up") {
  init_trace t(1000);
  for (int i = 0; i < 2; ++i) {
    t.take("  1:\t  total startup time in dynamic loader: 3000 cycles");
    t.take("  1:\t  time needed for relocation: 1000 cycles (33.3%)");
  }
  CHECK(told(t) == "loader everything else 4000, loader relocations 2000");
}

TEST_CASE("what is not theirs is left alone") {
  init_trace t(1000);
  for (const char* line :
       {"", "init", "init of the function took 3 ms", "init x @1 ms, y ms clock, 0 bytes, 0 allocs",
        "init x @ ms, 3 ms clock, 0 bytes, 0 allocs", "init  @1 ms, 1 ms clock, 0 bytes, 0 allocs",
        "init x @1 ms, -3 ms clock, 0 bytes, 0 allocs",
        "init x @1 ms, nan ms clock, 0 bytes, 0 allocs", "import time: none", "import time: 3 | 4",
        "import time: a | 4 | b", "import time: 3 | 4 |  ", "12:\tx", "total: 3 cycles",
        "abc:\truntime linker statistics:",
        "1:\t  total startup time in dynamic loader: many cycles"})
    CHECK_FALSE_MESSAGE(t.take(line), line);
  CHECK(told(t) == "");
}

TEST_CASE("a part that is longer than its whole, and times that no start takes, are not counted") {
  init_trace t(1000);
  CHECK(t.take("1:\t  time needed for relocation: 1000 cycles (33.3%)"));
  CHECK(t.take("import time: 99999999999999 | 4 | b"));
  CHECK(told(t) == "");
}

TEST_CASE("beyond the longest, what is left is one for each of them") {
  init_trace t;
  for (int i = 1; i <= 5; ++i) {
    const std::string n = std::to_string(i);
    t.take("import time: " + n + " | 9 | m" + n);
    t.take("init p" + n + " @1 ms, 0.01" + n + " ms clock, 0 bytes, 0 allocs");
  }
  CHECK(told(t, 3) == "go p5 15, go p4 14, go p3 13, go  23, python  15");
}
