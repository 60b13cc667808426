// SPDX-License-Identifier: Apache-2.0
// The least a function can do: the baseline that every other cold start is compared with.
#include "runtime/lambda_runtime.hpp"

int main() {
  sample::lambda_runtime runtime;
  while (true) runtime.respond(runtime.next(), R"({"message":"hello"})");
}
