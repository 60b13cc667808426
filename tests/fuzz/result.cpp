// SPDX-License-Identifier: Apache-2.0
// Any text is a result or a fault; what was read is written the same way twice.
#include "report/result.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lambdaprof;
  const auto read = report::read_result({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  const std::string once = report::write_result(*read);
  const auto again = report::read_result(once);
  if (!again || report::write_result(*again) != once) std::abort();
  return 0;
}
