// SPDX-License-Identifier: Apache-2.0
#include "report/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::array heights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array lengths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
constexpr std::size_t eighths = 8;
constexpr std::size_t gap = 5;
constexpr std::size_t full = 36;  // columns of a histogram where there is room

/// Two lines: the columns, and the values at their ends.
struct box {
  std::string columns;
  std::string scale;
};

std::vector<std::size_t> in_at_most(std::vector<std::size_t> counts, std::size_t columns) {
  while (counts.size() > std::max<std::size_t>(columns, 1)) {
    std::vector<std::size_t> pairs((counts.size() + 1) / 2);
    for (std::size_t i = 0; i < counts.size(); ++i) pairs[i / 2] += counts[i];
    counts = std::move(pairs);
  }
  return counts;
}

box boxed(const histogram& h, std::size_t width) {
  const std::size_t before = width_of(h.name) + 1;
  const std::size_t room = width - std::min(width, before);
  const auto counts = in_at_most(h.counts, room);
  const std::size_t most =
      std::max<std::size_t>(1, *std::max_element(counts.begin(), counts.end()));
  const std::size_t each = std::max<std::size_t>(1, std::min(full, room) / counts.size());
  box b{h.name + " ", std::string(before, ' ')};
  // Rounded up: a single sample must be seen.
  for (const std::size_t n : counts)
    for (std::size_t i = 0; i < each; ++i) b.columns += heights[(n * eighths + most - 1) / most];
  const std::size_t columns = each * counts.size();
  const std::size_t ends = width_of(h.low) + 1 + width_of(h.high);
  b.scale += h.low + std::string(1 + (columns > ends ? columns - ends : 0), ' ') + h.high;
  return b;
}

}  // namespace

std::vector<std::string> draw(const histograms& h, std::size_t width) {
  std::vector<box> boxes;
  std::size_t together = 0;
  for (const histogram& one : h.all) {
    boxes.push_back(boxed(one, width));
    together += (boxes.size() > 1 ? gap : 0) +
                std::max(width_of(boxes.back().columns), width_of(boxes.back().scale));
  }
  std::vector<std::string> lines;
  if (together > width) {
    for (const box& b : boxes) lines.insert(lines.end(), {b.columns, b.scale});
    return lines;
  }
  lines.resize(2);
  for (const box& b : boxes) {
    const std::size_t start =
        lines[0].empty() ? 0 : std::max(width_of(lines[0]), width_of(lines[1])) + gap;
    lines[0] = padded(lines[0], start) + b.columns;
    lines[1] = padded(lines[1], start) + b.scale;
  }
  return lines;
}

std::vector<std::string> draw(const waterfall& w, std::size_t width) {
  std::size_t name_width = 0;
  std::size_t label_width = 0;
  double end = 0;
  for (const waterfall::bar& b : w.bars) {
    name_width = std::max(name_width, width_of(b.name));
    label_width = std::max(label_width, width_of(b.label));
    end = std::max(end, b.start + b.length);
  }
  const std::size_t taken = name_width + 2 + 2 + label_width;
  const std::size_t room = width > taken + eighths ? width - taken : eighths;
  const double scale = end > 0 ? static_cast<double>(room * eighths) / end : 0;
  const auto place = [&](double at) {
    return static_cast<std::size_t>(
        std::clamp(at * scale, 0.0, static_cast<double>(room * eighths)));
  };

  std::vector<std::string> lines;
  for (const waterfall::bar& b : w.bars) {
    // A bar begins with a whole cell, and is seen however short it is.
    const std::size_t start = std::min(place(b.start) / eighths, room - 1);
    const std::size_t length = std::max<std::size_t>(
        1, place(b.start + b.length) - std::min(place(b.start + b.length), start * eighths));
    std::string bar(start, ' ');
    for (std::size_t i = 0; i < length / eighths; ++i) bar += lengths[eighths];
    bar += lengths[length % eighths];
    lines.push_back(padded(b.name, name_width) + "  " + padded(bar, room) + "  " +
                    padded_left(b.label, label_width));
  }
  return lines;
}

}  // namespace lambdaprof::report
