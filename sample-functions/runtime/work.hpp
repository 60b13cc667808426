// SPDX-License-Identifier: Apache-2.0
// What the sample functions share beside the wire: switches from the environment, and time well
// spent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sample {

std::string setting(const char* name, std::string_view otherwise);
/// A whole number from 0 on; anything else ends the process.
std::int64_t setting_number(const char* name, std::int64_t otherwise);
/// One of two words; anything else ends the process. True for `first`, which is the default.
bool setting_is_first(const char* name, std::string_view first, std::string_view second);

/// Sleeps on the monotonic clock until the milliseconds are over, also when signals interrupt.
void sleep_ms(std::int64_t milliseconds);
/// Keeps the calling thread busy until it has used that much CPU time of its own.
void burn_cpu_ms(std::int64_t milliseconds);
[[noreturn]] void sleep_for_ever();

}  // namespace sample
