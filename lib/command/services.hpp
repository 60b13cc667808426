// SPDX-License-Identifier: Apache-2.0
// The services of a profile while something is measured: stores and the like, which the functions
// are told of by variables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "command/console.hpp"
#include "environment/function.hpp"
#include "host/service.hpp"
#include "profile/profile.hpp"

namespace lambdaprof::command {

class services {
 public:
  /// Starts them one after the other; they end with the object. To be called in the process that
  /// `host::keep` has made, so that nothing of them is left in any case.
  static result<services> start(const profile::profile& p, const console& c);

  /// Adds what they announced, without what the function has already.
  result<void> introduce_to(environment::function& f) const;

  std::vector<int> pids() const;

  /// Which of them ended while they were needed, for the report.
  std::vector<std::string> losses();

 private:
  struct one {
    std::string name;
    host::service service;
  };
  std::vector<one> all_;
  std::vector<std::pair<std::string, std::string>> variables_;
};

}  // namespace lambdaprof::command
