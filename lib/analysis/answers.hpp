// SPDX-License-Identifier: Apache-2.0
// What a function answers to one event, and where another answer to it differs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lambdaprof::analysis {

/// Values as JSON, or as text where an answer is none; cut to what a report shows.
struct difference {
  std::string path;  ///< a JSON pointer; empty: the whole answer
  std::string expected;
  std::string got;
};

/// The answers of fresh environments, which say how much of it is determined.
class answers {
 public:
  /// `ignored`: JSON pointers, below which nothing is compared.
  explicit answers(std::vector<std::string> ignored = {}) : ignored_(std::move(ignored)) {}

  void add_fresh(std::string_view body);
  bool is_known() const { return is_known_; }
  /// What differs among those, without what is ignored; an array whose length differs counts as a
  /// whole.
  const std::vector<std::string>& varying() const { return varying_; }
  /// The first difference that none of them shows; nothing before there is one.
  std::optional<difference> compare(std::string_view body) const;

 private:
  bool is_left_out(std::string_view path) const;

  std::vector<std::string> ignored_;
  std::vector<std::string> varying_;
  std::string known_;
  bool is_known_ = false;
};

/// Whether it is one: empty, or parts that begin with a slash, with ~ only as ~0 and ~1.
bool is_json_pointer(std::string_view text);

}  // namespace lambdaprof::analysis
