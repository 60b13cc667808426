// SPDX-License-Identifier: Apache-2.0
// The extensions of one environment during one init and what follows it: who they are, how far they
// are, who is still awaited. External ones are counted first, in the order of their files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "environment/extension_session.hpp"
#include "environment/function.hpp"
#include "environment/signal.hpp"
#include "environment/subscription.hpp"

namespace lambdaprof::environment {

enum class process_state : std::uint8_t { none, ordered, running };

struct extension {
  std::string name;
  std::string identifier;  ///< a UUID, once it has registered
  bool external = false;
  bool wants_invoke = false;
  bool wants_shutdown = false;
  bool is_held = false;  ///< its call waits for an event
  process_state process = process_state::none;
  extension_state state = extension_state::started;
  std::optional<environment::subscription> subscription = {};

  bool is_registered() const { return !identifier.empty(); }
  bool has_given_up() const {
    return state == extension_state::init_error || state == extension_state::exit_error;
  }
};

class extension_set {
 public:
  /// A new init: whoever registered before is forgotten. Identifiers follow from `key`.
  void begin(const std::vector<extension_file>& files, std::uint64_t key);

  enum class registration : std::uint8_t { open, for_shutdown_only, closed };
  /// The number of a new or an external extension that may register; or why it may not.
  using enrolment = std::variant<std::uint32_t, extension_reply>;
  enrolment enroll(const signal::registers& s, registration how);

  /// The number of the one that calls itself so; or why there is none.
  std::variant<std::uint32_t, extension_reply> find(std::string_view identifier) const;

  extension& at(std::uint32_t number);
  const std::vector<extension>& all() const { return all_; }
  bool empty() const { return all_.empty(); }
  bool is_any_registered() const { return registered_ > 0; }
  bool is_any_internal() const;
  bool is_any_alive() const;
  bool are_externals_registered() const;
  /// Whether one that has registered has not asked for its first event.
  bool is_any_initializing() const;
  /// Whether one still has the event of an invocation.
  bool is_any_running() const;

 private:
  bool is_any_ordered() const;

  std::vector<extension> all_;
  std::uint64_t key_ = 0;
  std::uint32_t registered_ = 0;
};

}  // namespace lambdaprof::environment
