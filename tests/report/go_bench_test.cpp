// SPDX-License-Identifier: Apache-2.0
#include "report/go_bench.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "report/findings_sample.hpp"

namespace lambdaprof {
namespace {

using report::render_go_bench;

report::subject small_run(const std::string& name) {
  support::journal_builder b;
  b.conditions() = support::plausible_conditions();
  b.conditions().variant.name = name;
  b.at(100).cold(0, 0, {.init_cpu = 8, .handler_cpu = 3}).later(1).warm(0, 1, {.cpu_total = 12.5});
  b.end(0, {.peak_bytes = 3 << 20});
  return support::subject_of(b.build());
}

/// The names of all benchmarks there are.
std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);)
    if (line.starts_with("Benchmark")) names.insert(line.substr(0, line.find(' ')));
  return names;
}

}  // namespace

TEST_CASE("each sample is a line that benchstat reads") {
  CHECK(render_go_bench(std::vector{small_run("new")}, {}) ==
        "goos: linux\n"
        "goarch: amd64\n"
        "pkg: lambdaprof\n"
        "cpu: Example CPU @ 2.60GHz\n"
        "BenchmarkColdStart/variant=new 1 17000000 ns/op\n"
        "BenchmarkFirstResponse/variant=new 1 18000000 ns/op\n"
        "BenchmarkInit/variant=new 1 12000000 ns/op\n"
        "BenchmarkColdStartCPU/variant=new 1 11000000 ns/op\n"
        "BenchmarkWarm/variant=new 1 5000000 ns/op\n"
        "BenchmarkPeakMemory/variant=new 1 3145728 peak-B\n"
        "BenchmarkColdPerMillion/variant=new 1 0.350000 dollars/million\n");
}

TEST_CASE("the configuration is told once, and again where it changes") {
  std::vector<report::subject> all{small_run("a"), small_run("b"), small_run("c")};
  all[2].conditions.machine.cpu = "";
  all[2].conditions.machine.kernel = "Linux 6.1.0 aarch64";
  const std::string text = render_go_bench(all, {});
  CHECK(text.find("goos", 1) == std::string::npos);
  CHECK(text.find("pkg") == text.rfind("pkg"));
  CHECK(text.find("goarch: arm64\ncpu:\nBenchmarkColdStart/variant=c") != std::string::npos);
}

TEST_CASE("a name in Go's format has no blank, no part of its own and no number of threads") {
  const auto name = [](const std::string& variant) {
    const std::string first =
        *names_in(render_go_bench(std::vector{small_run(variant)}, {})).begin();
    return first.substr(first.find('=') + 1);
  };
  CHECK(name("./old build") == "._old_build");
  CHECK(name("memory=512") == "memory=512");
  CHECK(name("v1-8") == "v1_8");
  CHECK(name("v1-8a") == "v1-8a");
  CHECK(name("-8") == "_8");
  CHECK(name("18") == "18");
  CHECK(name("a\u00a0b\u3000c\n🚀") == "a_b_c_🚀");
  CHECK(name("  ") == "unnamed");
}

TEST_CASE("names that are equal in Go's format only are told apart") {
  const std::vector<report::subject> all{small_run("a b"), small_run("a/b"), small_run("a_b")};
  const auto names = names_in(render_go_bench(all, {}));
  CHECK(names.contains("BenchmarkWarm/variant=a_b"));
  CHECK(names.contains("BenchmarkWarm/variant=a_b#2"));
  CHECK(names.contains("BenchmarkWarm/variant=a_b#3"));
}

TEST_CASE("without samples there is at most a configuration") {
  CHECK(render_go_bench({}, {}) == "");
  const std::vector none{support::subject_of(support::run_without_a_start())};
  CHECK(names_in(render_go_bench(none, {})).empty());
}

TEST_CASE("a hostile name stays on its line of Go's format") {
  std::istringstream all(render_go_bench(support::hostile_trial(), {}));
  for (std::string line; std::getline(all, line);) {
    if (line.starts_with("goos: ") || line.starts_with("goarch: ") || line.starts_with("pkg: ") ||
        line.starts_with("cpu: "))
      continue;
    REQUIRE(line.starts_with("Benchmark"));
    CHECK(std::count(line.begin(), line.end(), ' ') == 3);
  }
}

}  // namespace lambdaprof
