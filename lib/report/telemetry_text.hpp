// SPDX-License-Identifier: Apache-2.0
// The events of telemetry as JSON, in the schemas of the Telemetry API and of the Logs API before
// it (lambda-protocol §4.2, §4.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/journal.hpp"
#include "report/telemetry_event.hpp"
#include "report/utc.hpp"

namespace lambdaprof::report {

/// In the order of their age.
enum class telemetry_schema : std::uint8_t {
  logs_2020_08_15,
  logs_2021_03_18,
  telemetry_2022_07_01,
  telemetry_2022_12_13,
  telemetry_2025_01_29,
};

/// The newest that `api` has where no schema is called so.
telemetry_schema schema_of(journal::telemetry_api api, std::string_view version);

class telemetry_writer {
 public:
  /// `j` outlives the writer, and its conditions are complete.
  explicit telemetry_writer(const journal::journal& j);

  /// One object without a line end: `{"time":…,"type":…,"record":…}`. Nothing where the schema does
  /// not know of such an event.
  std::optional<std::string> text(const telemetry_event& e, telemetry_schema s) const;

 private:
  const journal::journal& journal_;
  utc_time origin_;     // of the journal's instant 0
  bool logs_are_json_;  // the function's log format
};

}  // namespace lambdaprof::report
