// SPDX-License-Identifier: Apache-2.0
// Touches ALLOC_MB of memory at init or in the first handler and keeps it, so that peak memory is
// known in advance.
#include <unistd.h>

#include <memory>
#include <new>

#include "runtime/lambda_runtime.hpp"
#include "runtime/work.hpp"

namespace {

std::unique_ptr<char[]> touched(std::size_t megabytes) {
  const std::size_t size = megabytes * 1024 * 1024;
  std::unique_ptr<char[]> block(new (std::nothrow) char[size]);
  if (!block) sample::die("cannot allocate " + std::to_string(megabytes) + " MB");
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // Volatile: without it the compiler may drop writes that nobody reads, and the pages would never
  // exist.
  volatile char* bytes = block.get();
  for (std::size_t at = 0; at < size; at += page) bytes[at] = 1;
  return block;
}

}  // namespace

int main() {
  const auto megabytes = static_cast<std::size_t>(sample::setting_number("ALLOC_MB", 64));
  std::unique_ptr<char[]> held;
  if (sample::setting_is_first("WHERE", "init", "handler")) held = touched(megabytes);
  sample::lambda_runtime runtime;
  while (true) {
    const auto current = runtime.next();
    if (!held) held = touched(megabytes);
    runtime.respond(current, R"({"allocated_mb":)" + std::to_string(megabytes) + "}");
  }
}
