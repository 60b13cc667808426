// SPDX-License-Identifier: Apache-2.0
// Any bytes are a journal or a fault; what was read is written the same way twice; no journal,
// lawful or not, stops the auditor or the analysis.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analysis/summary.hpp"
#include "analysis/timeline.hpp"
#include "journal/audit.hpp"
#include "journal/lines.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lambdaprof;
  const auto read = journal::read_lines({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  const std::string once = journal::write_lines(*read);
  const auto again = journal::read_lines(once);
  if (!again || journal::write_lines(*again) != once) std::abort();
  (void)audit(*read);
  (void)analysis::summarize(analysis::read_timeline(*read));
  return 0;
}
