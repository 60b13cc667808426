// SPDX-License-Identifier: Apache-2.0
// JSON as people can read and diff it: what is small stands on one line, and so does each row of a
// list. Written piece by piece, since a tree of all rows would take ten times the memory of the
// text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lambdaprof::report {

class json_lines {
 public:
  using json = nlohmann::ordered_json;

  /// Begins an object or a list, until `close`; without a key inside a list and at the top.
  void open(char bracket, std::string_view key = {});
  void close();
  /// A member of an object.
  void put(std::string_view key, const json& value);
  /// An element of a list, on one line.
  void put_row(const json& value);

  std::string text() &&;

 private:
  void begin_line(std::string_view key);

  std::string text_;
  std::string open_;  // the closing brackets still to come, the next one last
  bool is_first_ = true;
};

}  // namespace lambdaprof::report
