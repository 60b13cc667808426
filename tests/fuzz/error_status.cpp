// SPDX-License-Identifier: Apache-2.0
// Any answer has a status of a server's error, or none.
#include "wire/error_status.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto status =
      lambdaprof::wire::error_status(std::string_view(reinterpret_cast<const char*>(data), size));
  if (status != 0 && (status < 500 || status > 599)) std::abort();
  return 0;
}
