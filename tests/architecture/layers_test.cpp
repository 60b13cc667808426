// SPDX-License-Identifier: Apache-2.0
#include "architecture/layers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "support/places.hpp"

namespace lambdaprof::architecture {
namespace {

namespace fs = std::filesystem;

const fs::path checkout = support::source_dir;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Sources below a folder, as paths relative to it.
std::vector<std::string> sources_below(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension == ".cpp" || extension == ".hpp" || entry.path().filename() == "CMakeLists.txt")
      found.push_back(entry.path().lexically_relative(folder));
  }
  return found;
}

std::vector<room> rooms() {
  return parse_rooms(read(checkout / "lib/rooms.txt"));
}

TEST_CASE("the rooms of lib/ are those of the table, and the table has no cycle") {
  CHECK(breaches_of_table(rooms()) == std::vector<std::string>{});
  for (const auto& entry : fs::directory_iterator(checkout / "lib")) {
    const std::string name = entry.path().filename();
    const std::vector<room> table = rooms();
    const auto is_it = [&](const room& r) { return r.name == name; };
    if (entry.is_directory())
      CHECK_MESSAGE(std::any_of(table.begin(), table.end(), is_it), name, " is not in rooms.txt");
  }
}

TEST_CASE("every file of lib/ includes only what its room may use") {
  const std::vector<room> table = rooms();
  std::size_t files = 0;
  for (const std::string& path : sources_below(checkout / "lib")) {
    if (path.ends_with("CMakeLists.txt")) continue;
    ++files;
    for (const std::string& breach : breaches_of_layers(path, read(checkout / "lib" / path), table))
      FAIL_CHECK(breach);
  }
  CHECK(files > 50);
}

TEST_CASE("every source has the licence line, a guard and a length that can be read") {
  for (const char* folder : {"lib", "apps", "tests", "sample-functions"}) {
    const fs::path top = checkout / folder;
    for (const std::string& path : sources_below(top))
      for (const std::string& breach : breaches_of_form(folder + ("/" + path), read(top / path)))
        FAIL_CHECK(breach);
  }
}

const std::vector<room> sample_rooms = parse_rooms(
    "# room kind below\nbase pure -\nload pure base\nprofile pure base load\n"
    "host asio base\nnet asio base\n");

TEST_CASE("rows of the table are read as name, kind and rooms below") {
  REQUIRE(sample_rooms.size() == 5);
  CHECK(sample_rooms[2].name == "profile");
  CHECK(sample_rooms[2].is_pure);
  CHECK(sample_rooms[2].below == std::vector<std::string>{"base", "load"});
  CHECK(sample_rooms[0].below.empty());
  CHECK(!sample_rooms[3].is_pure);
}

TEST_CASE("a table with a cycle, an unknown room or a room twice is found") {
  CHECK(breaches_of_table(sample_rooms).empty());
  CHECK(breaches_of_table(parse_rooms("a pure b\nb pure a\n")).size() == 1);
  CHECK(breaches_of_table(parse_rooms("a pure a\n")).size() == 1);
  CHECK(breaches_of_table(parse_rooms("a pure nowhere\n")).size() == 1);
  CHECK(breaches_of_table(parse_rooms("a pure -\na pure -\n")).size() == 1);
}

TEST_CASE("what a room may not use is found, and what it may use is not") {
  const std::vector<std::pair<std::string, std::string>> forbidden{
      {"base/x.hpp", "#include \"load/plan.hpp\""},
      {"load/x.cpp", "  #  include  \"host/clock.hpp\""},
      {"load/x.cpp", "#include \"plan.hpp\""},
      {"load/x.cpp", "#include <boost/asio/io_context.hpp>"},
      {"load/x.cpp", "#include <boost/asio.hpp>"},
      {"load/x.cpp", "#include <sys/wait.h>"},
      {"load/x.cpp", "#include <unistd.h>"},
      {"load/x.cpp", "#include <thread>"},
      {"load/x.cpp", "#include <iostream>"},
      {"load/x.cpp", "#include <random>"},
      {"load/x.cpp", "#include <fstream>"},
      {"load/x.cpp", "auto t = std::chrono::steady_clock::now();"},
      {"host/x.cpp", "#include <boost/beast/http.hpp>"},
      {"net/x.cpp", "#include <boost/process/v2.hpp>"},
      {"net/x.cpp", "#include <CLI/CLI.hpp>"},
      {"attic/x.cpp", "int x;"}};
  for (const auto& [path, text] : forbidden) {
    CAPTURE(text);
    CHECK(breaches_of_layers(path, "// first line\n" + text + "\n", sample_rooms).size() == 1);
  }
  const std::vector<std::pair<std::string, std::string>> allowed{
      {"load/x.cpp", "#include \"base/time.hpp\""},
      {"load/x.cpp", "#include \"load/plan.hpp\""},
      {"load/x.cpp", "#include \"base/random.hpp\""},
      {"load/x.cpp", "#include <iosfwd>"},
      {"load/x.cpp", "// like <thread>, but not \"host/clock.hpp\""},
      {"profile/x.cpp", "#include <fstream>"},
      {"host/x.cpp", "#include <boost/process/v2/process.hpp>"},
      {"host/x.cpp", "auto t = std::chrono::steady_clock::now();"},
      {"net/x.cpp", "#include <boost/beast/http.hpp>"},
      {"net/x.cpp", "#include <sys/socket.h>"}};
  for (const auto& [path, text] : allowed) {
    CAPTURE(text);
    CHECK(breaches_of_layers(path, text + "\n", sample_rooms) == std::vector<std::string>{});
  }
}

TEST_CASE("a breach names the file, the line and the header") {
  CHECK(breaches_of_layers("base/x.hpp", "\n\n#include <thread>\n", sample_rooms) ==
        std::vector<std::string>{"base/x.hpp:3 includes in a pure room thread"});
}

TEST_CASE("a file without licence line, without guard or too long is found") {
  const std::string licence = "// SPDX-License-Identifier: Apache-2.0\n";
  const std::string header = licence + "#pragma once\n";
  CHECK(breaches_of_form("lib/a/x.hpp", header).empty());
  CHECK(breaches_of_form("lib/a/x.cpp", licence).empty());
  CHECK(breaches_of_form("lib/CMakeLists.txt", licence.substr(0).replace(0, 2, "#")).empty());
  CHECK(breaches_of_form("lib/a/x.hpp", licence).size() == 1);
  CHECK(breaches_of_form("lib/a/x.cpp", "\n" + licence).size() == 1);
  CHECK(breaches_of_form("lib/a/x.cpp", licence + std::string(400, '\n')).size() == 1);
  CHECK(breaches_of_form("lib/a/x.cpp", licence + std::string(399, '\n')).empty());
}

TEST_CASE("a using that a file does not need is found") {
  const auto breaches = [](const std::string& text) {
    return breaches_of_form("lib/a/x.cpp", "// SPDX-License-Identifier: Apache-2.0\n" + text)
        .size();
  };
  CHECK(breaches("using std::chrono::seconds;\n") == 1);
  CHECK(breaches("using journal::role;\nint roles = a_role(role_of(x));\n") == 1);
  CHECK(breaches("using journal::role;\nint f(role r);\n") == 0);
  CHECK(breaches("using json = nlohmann::json;\n") == 0);
  CHECK(breaches("using namespace std::literals;\n") == 0);
}

}  // namespace
}  // namespace lambdaprof::architecture
