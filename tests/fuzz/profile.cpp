// SPDX-License-Identifier: Apache-2.0
// Any text is a profile or a fault that says what is wrong.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "profile/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = lambdaprof::profile::read_profile_text(
      {reinterpret_cast<const char*>(data), size}, "fuzz.json");
  if (!read && read.error().message.empty()) std::abort();
  return 0;
}
