// SPDX-License-Identifier: Apache-2.0
// Sleeps in the handler: for "sleep_ms" of the event, or "hold_ms" if it is a warmer's ping, else
// for SLEEP_MS, so that handler time is known in advance.
#include <algorithm>
#include <charconv>
#include <string_view>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

namespace {

// A look for the key, not a JSON parser: the events of a sample are flat.
std::int64_t wanted_ms(std::string_view event, std::string_view key, std::int64_t otherwise) {
  const auto place = event.find(key);
  if (place == event.npos) return otherwise;
  event.remove_prefix(place + key.size());
  event.remove_prefix(std::min(event.find_first_not_of(" \t\r\n:"), event.size()));
  std::int64_t value = otherwise;
  std::from_chars(event.data(), event.data() + event.size(), value);
  return value;
}

}  // namespace

int main() {
  const auto otherwise = sample::setting_number("SLEEP_MS", 10);
  sample::lambda_runtime runtime;
  while (true) {
    const auto current = runtime.next();
    const auto hold = wanted_ms(current.event, R"("hold_ms")", otherwise);
    const auto duration = wanted_ms(current.event, R"("sleep_ms")", hold);
    sample::sleep_ms(duration);
    runtime.respond(current, R"({"slept_ms":)" + std::to_string(duration) + "}");
  }
}
