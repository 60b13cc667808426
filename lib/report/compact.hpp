// SPDX-License-Identifier: Apache-2.0
// Whole numbers as text that is nearly as short as their bits: base 64 VLQ, as source maps have it,
// five bits a character, with a number more for "none".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lambdaprof::report {

class compact_column {
 public:
  void add(std::optional<std::int64_t> value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace lambdaprof::report
