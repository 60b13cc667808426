// SPDX-License-Identifier: Apache-2.0
// Spends INIT_MS before it asks for its first event, asleep or on the CPU, so that init time is
// known in advance.
#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

int main() {
  const auto duration = sample::setting_number("INIT_MS", 50);
  if (sample::setting_is_first("INIT_KIND", "sleep", "cpu")) {
    sample::sleep_ms(duration);
  } else {
    sample::burn_cpu_ms(duration);
  }
  const std::string answer = R"({"init_ms":)" + std::to_string(duration) + "}";
  sample::lambda_runtime runtime;
  while (true) runtime.respond(runtime.next(), answer);
}
