// SPDX-License-Identifier: Apache-2.0
#include "host/input_file.hpp"

#include <fcntl.h>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;

TEST_CASE("a file is read whole") {
  const folder f;
  const std::string large(300'000, 'x');
  CHECK(read_file(f.file("large", large)).value() == large);
  CHECK(read_file(f.file("empty", "")).value().empty());
  CHECK(read_file(f.file("zero", std::string("a\0b", 3))).value() == std::string("a\0b", 3));
}

TEST_CASE("a dash is standard input") {
  auto ends = make_pipe();
  REQUIRE(::write(ends->write.number(), "typed in", 8) == 8);
  ends->write.close();
  const descriptor ours(::dup(STDIN_FILENO));
  ::dup2(ends->read.number(), STDIN_FILENO);
  const auto text = read_file("-");
  ::dup2(ours.number(), STDIN_FILENO);
  CHECK(text.value() == "typed in");
}

TEST_CASE("what cannot be read is a fault that names it") {
  const folder f;
  const auto missing = read_file(f / "missing");
  REQUIRE(!missing);
  CHECK(missing.error().where == f / "missing");
  CHECK(missing.error().message == "cannot be read: No such file or directory");
  CHECK(read_file(f.path()).error().message == "cannot be read: Is a directory");
}

TEST_CASE("a file above the limit is a fault, one of the limit is not") {
  const folder f;
  const std::string path = f.file("two-mib", std::string(std::size_t{2} << 20, 'x'));
  CHECK(read_file(path, std::size_t{2} << 20));
  CHECK(read_file(path, std::size_t{1} << 20).error().message ==
        "cannot be read: it is larger than 1 MiB");
}

}  // namespace lambdaprof::host
