// SPDX-License-Identifier: Apache-2.0
#include "analysis/init_trace.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace lambdaprof::analysis {
namespace {

constexpr double longest_ms = 3600.0 * 1000;  // what is longer is no start
constexpr std::size_t longest_step_name = 200;
constexpr std::size_t most_lines = 100'000;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// What is before the word, and `text` goes on after it; nothing without the word.
std::optional<std::string_view> before(std::string_view& text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == text.npos) return std::nullopt;
  const std::string_view first = text.substr(0, at);
  text.remove_prefix(at + word.size());
  return first;
}

std::optional<double> number(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && value >= 0 && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

bool init_trace::take(std::string_view line) {
  return take_go(line) || take_python(line) || take_loader(line);
}

/// "init internal/bytealg @0.008 ms, 0.011 ms clock, 0 bytes, 0 allocs"
bool init_trace::take_go(std::string_view line) {
  if (!line.starts_with("init ") || !line.ends_with(" allocs")) return false;
  line.remove_prefix(std::string_view("init ").size());
  const auto package = before(line, " @");
  const auto at = before(line, " ms, ");
  const auto clock = before(line, " ms clock, ");
  if (!package || !at || !clock || package->empty() || !number(*at)) return false;
  const auto ms = number(*clock);
  if (!ms) return false;
  add(tracer::go, *package, *ms);
  return true;
}

/// "import time:       117 |        234 |     encodings.aliases", in microseconds, after a line of
/// words. The second number holds the modules that are further in, which have lines of their own.
bool init_trace::take_python(std::string_view line) {
  constexpr std::string_view beginning = "import time:";
  if (!line.starts_with(beginning)) return false;
  line.remove_prefix(beginning.size());
  const auto self = before(line, "|");
  const auto cumulative = before(line, "|");
  if (!self || !cumulative || trimmed(line).empty()) return false;
  if (trimmed(*self) == "self [us]") return true;
  const auto us = number(*self);
  if (!us || !number(*cumulative)) return false;
  add(tracer::python, trimmed(line), *us / 1000);
  return true;
}

/// "      7791:\t  total startup time in dynamic loader: 306382 cycles", and parts of that in
/// further lines: "time needed for relocation: 25846 cycles (8.4%)".
bool init_trace::take_loader(std::string_view line) {
  const auto process = before(line, ":\t");
  if (!process || !number(*process)) return false;
  const auto what = before(line, ": ");
  if (!what) return trimmed(line) == "runtime linker statistics:" || trimmed(line).empty();
  const std::string_view item = trimmed(*what);
  const bool is_whole = item == "total startup time in dynamic loader";
  const bool is_relocation = item == "time needed for relocation";
  const bool is_loading = item == "time needed to load objects";
  const auto cycles = before(line, " cycles");
  if (!is_whole && !is_relocation && !is_loading) return item.find("relocations") != item.npos;
  const auto ticks = cycles ? number(*cycles) : std::nullopt;
  if (!ticks) return false;
  if (!(ticks_per_ms_ > 0)) return true;
  const double ms = *ticks / ticks_per_ms_;
  if (is_whole) {
    loader_ms_ = ms;
    add(tracer::loader, "everything else", ms);
    return true;
  }
  // A part that has come without its whole would be counted twice.
  if (ms > loader_ms_) return true;
  loader_ms_ -= ms;
  add(tracer::loader, "everything else", -ms);
  add(tracer::loader, is_relocation ? "relocations" : "loading objects", ms);
  return true;
}

void init_trace::add(tracer by, std::string_view name, double ms) {
  if (!(std::abs(ms) <= longest_ms) || all_.size() >= most_lines) return;
  all_.push_back(
      {by, std::string(name.substr(0, longest_step_name)), span(std::llround(ms * 1e6))});
}

std::vector<init_step> init_trace::steps(std::size_t most) const {
  std::map<std::pair<tracer, std::string_view>, span> sums;
  for (const init_step& s : all_) sums[{s.by, s.name}] += s.self;
  std::vector<init_step> steps;
  for (const auto& [key, self] : sums)
    if (self > span{}) steps.push_back({key.first, std::string(key.second), self});
  std::stable_sort(steps.begin(), steps.end(),
                   [](const init_step& a, const init_step& b) { return a.self > b.self; });
  std::map<tracer, span> others;
  for (std::size_t i = most; i < steps.size(); ++i) others[steps[i].by] += steps[i].self;
  steps.resize(std::min(most, steps.size()));
  for (const auto& [by, self] : others) steps.push_back({by, "", self});
  return steps;
}

}  // namespace lambdaprof::analysis
