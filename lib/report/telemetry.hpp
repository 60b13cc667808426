// SPDX-License-Identifier: Apache-2.0
// What is sent to those who have subscribed through the Telemetry API or the Logs API, as a view of
// the journal. Follows one that still grows; delivering it is the world's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/journal.hpp"
#include "report/telemetry_event.hpp"
#include "report/telemetry_text.hpp"

namespace lambdaprof::report {

/// One event for one subscriber, in the schema and of a class that it has asked for.
struct telemetry_item {
  environment_id env;
  std::uint32_t extension;  ///< as the facts count them, of the processes then in place
  telemetry_class of;
  instant at;        ///< on the pool's clock
  std::string text;  ///< one JSON object without a line end
};

/// One for a whole run: each entry is read once, however many environments and subscribers there
/// are. It may be made when the first of them subscribes, and read only while one of them lives:
/// what it needs of the time before is in the journal.
class telemetry {
 public:
  /// `j` outlives the view; its conditions are complete.
  explicit telemetry(const journal::journal& j);
  telemetry(const telemetry&) = delete;
  telemetry& operator=(const telemetry&) = delete;
  ~telemetry();

  /// What follows from what the journal has got since it was last read. To a new subscriber also
  /// what of the init under way came before.
  std::vector<telemetry_item> read();

 private:
  class household;

  const journal::journal& journal_;
  telemetry_writer writer_;
  std::size_t read_ = 0;  // entries
  span skipped_{};
  std::unordered_map<std::uint32_t, std::unique_ptr<household>> households_;  // by environment
  std::vector<telemetry_item> items_;
};

}  // namespace lambdaprof::report
