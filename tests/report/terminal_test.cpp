// SPDX-License-Identifier: Apache-2.0
#include "report/terminal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "report/compose.hpp"
#include "report/sample.hpp"
#include "report/width.hpp"

using namespace lambdaprof;
using namespace lambdaprof::report;
using support::subject_of;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a report fits one screen") {
  for (const auto& run : {support::plausible_run(), support::eventful_run()}) {
    const auto lines = lines_of(render_terminal(compose(subject_of(run)), style::plain, 100));
    CHECK(lines.size() <= 52);
    for (const std::string& line : lines) CHECK(width_of(line) <= 100);
  }
}

TEST_CASE("in a narrow terminal only the table and the command stay in one piece") {
  subject s = subject_of(support::plausible_run());
  const document d = compose(s);
  const auto is_whole = [](const std::string& line) {
    return line.starts_with("  $ ") || line.find("   ") != std::string::npos;
  };
  for (std::size_t width = 40; width < 100; ++width)
    for (const std::string& line : lines_of(render_terminal(d, style::plain, width)))
      if (width_of(line) > width) CHECK_MESSAGE(is_whole(line), line);
}

TEST_CASE("colour is only in colour style, and changes no text") {
  const document d = compose(subject_of(support::plausible_run()));
  const std::string plain = render_terminal(d, style::plain);
  std::string colour = render_terminal(d, style::colour);
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(colour.starts_with("\x1b[1mthumbnail\x1b[0m"));
  for (std::size_t start = colour.find('\x1b'); start != std::string::npos;
       start = colour.find('\x1b'))
    colour.erase(start, colour.find('m', start) - start + 1);
  CHECK(colour == plain);
}

TEST_CASE("nothing that the function wrote reaches the terminal as a control character") {
  subject s = subject_of(support::eventful_run());
  s.summary.failures = {"1 × \x1b]0;title\x07\x9b"};
  s.breaches = {};
  s.conditions.function.name = "a\x1b[2J";
  s.conditions.command_line += "\x1b[A";
  s.conditions.plan = "\x08";
  s.conditions.model[0].says = "\x1b";
  s.conditions.machine.cpu = "\x7f";
  const std::string text = render_terminal(compose(s), style::plain);
  CHECK(std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
  }));
}

TEST_CASE("no line ends in a space") {
  for (const std::string& line :
       lines_of(render_terminal(compose(subject_of(support::plausible_run())), style::plain)))
    CHECK_FALSE(line.ends_with(' '));
}
