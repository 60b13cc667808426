// SPDX-License-Identifier: Apache-2.0
#include "wire/launch_reason.hpp"

#include <fmt/format.h>

#include <cctype>
#include <system_error>

namespace lambdaprof::wire {

std::string launch_reason(std::string_view path, int error_number) {
  // Go, in which Lambda's supervisor is written, has the system's texts without the capital.
  std::string text = std::generic_category().message(error_number);
  if (!text.empty())
    text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return fmt::format("fork/exec {}: {}", path, text);
}

}  // namespace lambdaprof::wire
