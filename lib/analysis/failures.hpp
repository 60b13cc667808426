// SPDX-License-Identifier: Apache-2.0
// Many failures told as few: the same payload is one line, however often it came and for which
// request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lambdaprof::analysis {

/// `text` with every UUID replaced by "<id>", since request ids differ where nothing else does.
std::string without_request_ids(std::string_view text);

class failure_tally {
 public:
  /// An empty payload is none and not counted.
  void add(std::string_view payload);
  /// "17 × {payload}", most frequent first, then in order of appearance.
  std::vector<std::string> lines() const;

 private:
  struct kind {
    std::string payload;
    std::size_t count = 0;
  };
  std::vector<kind> kinds_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace lambdaprof::analysis
