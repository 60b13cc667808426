// SPDX-License-Identifier: Apache-2.0
#include "host/pipe_lines.hpp"

#include <fcntl.h>

#include "host/fixture.hpp"

namespace lambdaprof::host {

using namespace testing;
using strings = std::vector<std::string>;

namespace {

/// A pipe to write into, and the lines that came out of it.
struct written {
  boost::asio::io_context loop{1};
  clock time;
  pipe_ends ends = std::move(*make_pipe());
  strings lines;
  std::vector<instant> instants;
  pipe_lines reader;

  explicit written(std::size_t budget = pipe_lines::default_budget)
      : reader(
            loop, std::move(ends.read), time,
            [this](instant at, std::string_view line) {
              lines.emplace_back(line);
              instants.push_back(at);
            },
            budget) {}

  void write(std::string_view text) const {
    REQUIRE(::write(ends.write.number(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }
  /// As much as is read without waiting.
  void read() {
    loop.restart();
    loop.poll();
  }
  /// More than a pipe holds, so with reading in between.
  void write_all(std::string_view text) {
    constexpr std::size_t piece = 60'000;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
      write(text.substr(0, piece));
      read();
    }
  }
};

}  // namespace

TEST_CASE("what a process writes is cut into lines, whatever the pieces it was written in") {
  written w;
  w.write("one\ntw");
  w.read();
  CHECK(w.lines == strings{"one"});
  w.write("o\n\nfour\n");
  w.read();
  CHECK(w.lines == strings{"one", "two", "", "four"});
  CHECK(w.reader.dropped() == 0);
  CHECK(std::is_sorted(w.instants.begin(), w.instants.end()));
  CHECK(w.instants.back() <= w.time.now());
}

TEST_CASE("the last line counts without its end, once nobody can write any more") {
  written w;
  w.write("whole\nrest");
  w.read();
  CHECK(w.lines == strings{"whole"});
  CHECK(!w.reader.has_ended());
  w.ends.write.close();
  w.read();
  CHECK(w.lines == strings{"whole", "rest"});
  CHECK(w.reader.has_ended());
}

TEST_CASE("a pipe that ends with a line end has no line after it") {
  written w;
  w.write("whole\n");
  w.ends.write.close();
  w.read();
  CHECK(w.lines == strings{"whole"});
}

TEST_CASE("finishing reads what is there although somebody could still write") {
  written w;
  w.write("whole\nrest");
  w.reader.finish();
  CHECK(w.lines == strings{"whole", "rest"});
  CHECK(w.reader.has_ended());
  w.reader.finish();
  w.read();
  CHECK(w.lines.size() == 2);
}

TEST_CASE("a line that is too long is cut, and what was cut off is counted") {
  written w;
  w.write_all(std::string(pipe_lines::longest_line, 'a') + "bcd\nnext\n");
  REQUIRE(w.lines.size() == 2);
  CHECK(w.lines[0] == std::string(pipe_lines::longest_line, 'a'));
  CHECK(w.lines[1] == "next");
  CHECK(w.reader.dropped() == 3);
}

TEST_CASE("beyond the budget bytes are counted and no more lines come") {
  written w(10);
  w.write("1234\n6789\nbeyond\n");
  w.read();
  CHECK(w.lines == strings{"1234", "6789"});
  CHECK(w.reader.dropped() == 7);
  w.write("more\n");
  w.read();
  w.ends.write.close();
  w.read();
  CHECK(w.lines.size() == 2);
  CHECK(w.reader.dropped() == 12);
}

TEST_CASE("a line in which the budget ends is delivered as far as it goes, at once") {
  written w(6);
  w.write("1234\n6789\n");
  w.read();
  CHECK(w.lines == strings{"1234", "6"});
  CHECK(w.reader.dropped() == 4);
  w.ends.write.close();
  w.read();
  CHECK(w.lines.size() == 2);
}

TEST_CASE("empty lines use up the budget too") {
  written w(3);
  w.write(std::string(10, '\n'));
  w.read();
  CHECK(w.lines == strings{"", "", ""});
  CHECK(w.reader.dropped() == 7);
}

TEST_CASE("a process that floods its output is never held up by us") {
  auto c = command::shell("yes | head -c 10000000");
  CHECK(c.finish().status == 0);
  CHECK(c.lines.size() == pipe_lines::default_budget / 2);
}

TEST_CASE("two pipes take turns") {
  boost::asio::io_context loop{1};
  clock time;
  std::string order;
  std::vector<pipe_lines> readers;
  for (const char name : {'a', 'b'}) {
    auto ends = std::move(*make_pipe());
    REQUIRE(::fcntl(ends.write.number(), F_SETPIPE_SZ, 1 << 20) >= 1 << 20);
    const std::string lines = std::string(100, name) + "\n";
    for (int i = 0; i < 4000; ++i)
      REQUIRE(::write(ends.write.number(), lines.data(), lines.size()) > 0);
    readers.emplace_back(loop, std::move(ends.read), time,
                         [&order](instant, std::string_view line) {
                           if (order.empty() || order.back() != line.front()) order += line.front();
                         });
  }
  loop.run();
  // 400 kB each, 64 KiB at a time.
  CHECK(order == std::string("abababababababab").substr(0, order.size()));
  CHECK(order.size() >= 12);
  for (const pipe_lines& reader : readers) CHECK(reader.has_ended());
}

TEST_CASE("the callback may destroy the reader, and nothing comes after that") {
  boost::asio::io_context loop{1};
  clock time;
  auto ends = std::move(*make_pipe());
  REQUIRE(::write(ends.write.number(), "one\ntwo\nthree", 13) == 13);
  strings lines;
  std::optional<pipe_lines> reader;
  reader.emplace(loop, std::move(ends.read), time, [&](instant, std::string_view line) {
    lines.emplace_back(line);
    reader.reset();
  });
  loop.run();
  CHECK(lines == strings{"one"});
}

TEST_CASE("only the reading end of a pipe does not block, and none is inherited") {
  const auto ends = make_pipe();
  REQUIRE(ends);
  const int read = ends->read.number();
  const int write = ends->write.number();
  CHECK((::fcntl(read, F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(write, F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(read, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(write, F_GETFD) & FD_CLOEXEC) != 0);
}

}  // namespace lambdaprof::host
