// SPDX-License-Identifier: Apache-2.0
// The strings of sample-functions/puppet: a process of the function, or an extension, that does
// what a test tells it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "host/descriptor.hpp"

namespace lambdaprof::conformance {

class puppet {
 public:
  /// `introduction`: what it says of itself when it has connected.
  puppet(host::descriptor strings, const std::string& introduction);

  const std::string& name() const { return name_; }
  int pid() const { return pid_; }
  std::uint16_t port() const { return port_; }

  /// Tells it something and returns what it says to that.
  std::string ask(std::string_view command);
  /// For what ends it.
  void order(std::string_view command);
  /// What it says next of its own accord.
  std::string hear();
  /// It ends, within our patience.
  bool ends();

 private:
  host::descriptor strings_;
  std::string name_;
  int pid_ = -1;
  std::uint16_t port_ = 0;
};

/// Where puppets connect to.
class puppet_theatre {
 public:
  puppet_theatre();
  /// For PUPPET_STRINGS.
  const std::string& name() const { return name_; }
  /// The next one to come; fails the test if none does.
  std::unique_ptr<puppet> next();
  void close() { door_.close(); }

 private:
  std::string name_;
  host::descriptor door_;
};

/// No such process, or one that only waits to be reaped, within our patience.
bool is_dead(int pid);

}  // namespace lambdaprof::conformance
