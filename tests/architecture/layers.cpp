// SPDX-License-Identifier: Apache-2.0
#include "architecture/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace lambdaprof::architecture {
namespace {

constexpr std::size_t longest_file = 400;

/// Files that may be longer, each with its reason beside it.
constexpr std::array<std::string_view, 0> long_files{};

/// A header that ends in '/' stands for all below it.
struct taboo {
  std::string_view header;
  std::string_view only_room = "";  ///< the one pure room that may have it
};

constexpr std::array not_in_pure_rooms{
    taboo{"boost/asio"}, taboo{"boost/beast"}, taboo{"boost/process"}, taboo{"unistd.h"},
    taboo{"sys/"},       taboo{"fcntl.h"},     taboo{"signal.h"},      taboo{"csignal"},
    taboo{"poll.h"},     taboo{"sched.h"},     taboo{"spawn.h"},       taboo{"dirent.h"},
    taboo{"netinet/"},   taboo{"arpa/"},       taboo{"linux/"},        taboo{"pthread.h"},
    taboo{"thread"},     taboo{"mutex"},       taboo{"future"},        taboo{"iostream"},
    taboo{"ctime"},      taboo{"time.h"},      taboo{"random"},        taboo{"fstream", "profile"}};

/// Libraries that live in one room, or in none of lib/.
constexpr std::array homes{taboo{"boost/beast", "net"}, taboo{"boost/process", "host"},
                           taboo{"CLI/"}};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool names(std::string_view header, std::string_view included) {
  if (header.ends_with('/') || header.starts_with("boost/")) return included.starts_with(header);
  return included == header;
}

struct include {
  std::string_view header;
  bool is_ours;  // in quotes
};

/// The header of an #include line; empty for every other line.
include included_by(std::string_view line) {
  const auto skip_blanks = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  skip_blanks();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip_blanks();
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return {};
  const bool is_ours = line.front() == '"';
  line.remove_prefix(1);
  return {line.substr(0, line.find_first_of("\">")), is_ours};
}

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// How often a name stands in a text, on its own.
std::size_t count_of(std::string_view text, std::string_view name) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string_view::npos; at += name.size())
    if ((at == 0 || !is_of_name(text[at - 1])) &&
        (at + name.size() == text.size() || !is_of_name(text[at + name.size()])))
      ++count;
  return count;
}

/// What `using room::name;` takes over for a file; empty for every other line.
std::string_view taken_over_by(std::string_view line) {
  if (!line.starts_with("using ") || line.starts_with("using namespace ") || !line.ends_with(';'))
    return {};
  line.remove_suffix(1);
  const std::size_t last = line.rfind("::");
  if (last == std::string_view::npos || line.find_first_of("=<") != std::string_view::npos)
    return {};
  return line.substr(last + 2);
}

}  // namespace

std::vector<room> parse_rooms(std::string_view table) {
  std::vector<room> rooms;
  for (const std::string_view line : lines_of(table)) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words{std::string(line)};
    room r;
    std::string kind;
    words >> r.name >> kind;
    r.is_pure = kind == "pure";
    for (std::string below; words >> below;)
      if (below != "-") r.below.push_back(below);
    rooms.push_back(r);
  }
  return rooms;
}

std::vector<std::string> breaches_of_table(const std::vector<room>& rooms) {
  std::vector<std::string> breaches;
  std::vector<std::string> above;
  for (const room& r : rooms) {
    for (const std::string& below : r.below)
      if (!contains(above, below))
        breaches.push_back(
            fmt::format("{} lists {}, which does not stand above it", r.name, below));
    if (contains(above, r.name)) breaches.push_back(r.name + " stands twice");
    above.push_back(r.name);
  }
  return breaches;
}

std::vector<std::string> breaches_of_layers(std::string_view path, std::string_view text,
                                            const std::vector<room>& rooms) {
  const std::string_view home = path.substr(0, path.find('/'));
  const auto own =
      std::find_if(rooms.begin(), rooms.end(), [&](const room& r) { return r.name == home; });
  if (own == rooms.end()) return {fmt::format("{} is in no room of rooms.txt", path)};

  std::vector<std::string> breaches;
  std::size_t number = 0;
  const auto breach = [&](std::string_view what, std::string_view header) {
    breaches.push_back(fmt::format("{}:{} {} {}", path, number, what, header));
  };
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (own->is_pure && line.find("_clock::now") != std::string_view::npos)
      breach("asks the time in a pure room:", line);
    const include i = included_by(line);
    if (i.header.empty()) continue;
    if (i.is_ours) {
      const std::string_view room_of_it = i.header.substr(0, i.header.find('/'));
      if (room_of_it == i.header) {
        breach("includes without the room:", i.header);
      } else if (room_of_it != home && !contains(own->below, room_of_it)) {
        breach("may not include", i.header);
      }
      continue;
    }
    const auto forbids = [&](const taboo& t) {
      return names(t.header, i.header) && t.only_room != home;
    };
    if (own->is_pure && std::any_of(not_in_pure_rooms.begin(), not_in_pure_rooms.end(), forbids)) {
      breach("includes in a pure room", i.header);
    } else if (std::any_of(homes.begin(), homes.end(), forbids)) {
      breach("is not the home of", i.header);
    }
  }
  return breaches;
}

std::vector<std::string> breaches_of_form(std::string_view path, std::string_view text) {
  std::vector<std::string> breaches;
  const bool is_cpp = path.ends_with(".cpp") || path.ends_with(".hpp");
  const std::string_view licence = is_cpp ? "// SPDX-License-Identifier: Apache-2.0\n"
                                          : "# SPDX-License-Identifier: Apache-2.0\n";
  if (!text.starts_with(licence))
    breaches.push_back(fmt::format("{} does not begin with the SPDX line", path));
  const std::size_t lines = lines_of(text).size();
  if (lines > longest_file &&
      std::find(long_files.begin(), long_files.end(), path) == long_files.end())
    breaches.push_back(fmt::format("{} has {} lines: split it", path, lines));
  if (path.ends_with(".hpp") && text.find("\n#pragma once\n") == std::string_view::npos)
    breaches.push_back(fmt::format("{} has no #pragma once", path));
  // clang-tidy looks for these as well, but in all files of a room at once.
  if (path.ends_with(".cpp"))
    for (const std::string_view line : lines_of(text))
      if (const auto name = taken_over_by(line); !name.empty() && count_of(text, name) < 2)
        breaches.push_back(fmt::format("{} does not need {}", path, line));
  return breaches;
}

}  // namespace lambdaprof::architecture
