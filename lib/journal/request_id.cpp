// SPDX-License-Identifier: Apache-2.0
#include "journal/request_id.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace lambdaprof::journal {

std::string request_id(std::uint64_t seed, invocation_id inv) {
  random chance(seed ^ (std::uint64_t{inv.value} + 1) * 0x9e3779b97f4a7c15U);
  const std::uint64_t high = (chance.bits() & ~std::uint64_t{0xf000}) | 0x4000U;
  const std::uint64_t low = (chance.bits() & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffff);
}

}  // namespace lambdaprof::journal
