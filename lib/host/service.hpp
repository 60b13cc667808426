// SPDX-License-Identifier: Apache-2.0
// A program that runs beside what is measured, such as a store: it says when it is ready, and is
// ended with us.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace lambdaprof::host {

class service {
 public:
  /// Starts the command, whose first part is an absolute path, and waits until it has written a
  /// line that begins with the word "ready" to its standard output. A fault of kind `host` with
  /// what it said if it ends before, or is not ready in time.
  static result<service> start(const std::vector<std::string>& command,
                               const std::string& directory, span patience);
  service(service&&) noexcept;
  service& operator=(service&&) noexcept;
  /// SIGTERM to its group, and SIGKILL to who is left after some seconds.
  ~service();

  int pid() const;
  /// What followed the word "ready".
  const std::string& announcement() const;
  /// The last that it wrote to standard error, on one line; empty while it runs.
  std::string last_words();

 private:
  struct running;
  explicit service(std::unique_ptr<running> r);
  std::unique_ptr<running> running_;
};

}  // namespace lambdaprof::host
