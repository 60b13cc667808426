// SPDX-License-Identifier: Apache-2.0
// A report before it has a format: everything is decided and worded, nothing is laid out. Composed
// once by compose.hpp; terminal.hpp, markdown.hpp and html.hpp only place it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lambdaprof::report {

/// How much a text wants to be noticed.
enum class tone { plain, quiet, warning, failure };

struct paragraph {
  std::string text;
  report::tone tone = report::tone::plain;
};

enum class alignment { left, right };

struct column {
  std::string name;
  alignment side = alignment::right;
};

struct table {
  std::vector<column> columns;
  std::vector<std::vector<std::string>> rows;  ///< as many cells as columns
  std::string footnote;
};

/// The shape of a sample; `low` and `high` are the labels of its ends.
struct histogram {
  std::string name;
  std::vector<std::size_t> counts;
  std::string low;
  std::string high;
};

/// Histograms that belong side by side.
struct histograms {
  std::vector<histogram> all;
};

/// Parts of one whole, in the order of their beginning, all in one unit.
struct waterfall {
  struct bar {
    std::string name;
    double start = 0;
    double length = 0;
    std::string label;
  };
  std::vector<bar> bars;
};

/// One thing and what is known of it.
struct fact_line {
  std::string key;
  std::string text;
  report::tone tone = report::tone::plain;
};
struct facts {
  std::vector<fact_line> lines;
};

/// Something that the reader should know before trusting or using the figures.
struct remark {
  std::string text;
  std::string remedy;
};
struct remarks {
  std::vector<remark> all;
};

/// What others wrote, on one line, shown as it is.
struct quotation {
  std::string text;
  report::tone tone = report::tone::plain;
};

/// One quantity against another, each point with an interval where there is one.
struct curve {
  struct point {
    double x = 0;
    double y = 0;
    std::optional<double> low;
    std::optional<double> high;
  };
  std::string name;
  std::vector<point> points;  ///< in order of x
};

/// Curves over the same axes, whose names say their units: "memory, MB".
struct curves {
  std::string x_name;
  std::string y_name;
  std::vector<curve> all;
};

/// To be copied as it stands.
struct code {
  std::string text;
};

using block =
    std::variant<paragraph, table, histograms, waterfall, curves, facts, remarks, quotation, code>;

/// Without a title where the content speaks for itself.
struct section {
  std::string title;
  std::vector<block> blocks;
};

struct document {
  std::string title;
  std::string subtitle;
  paragraph verdict;
  std::vector<section> sections;
};

}  // namespace lambdaprof::report
