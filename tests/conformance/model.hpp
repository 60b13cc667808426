// SPDX-License-Identifier: Apache-2.0
// What a pure machine, told what the real one is told, answers: the bytes, and which of the calls
// that wait gets them. It has no process, no socket and no clock; events never run out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "environment/machine.hpp"
#include "journal/journal.hpp"

namespace lambdaprof::conformance {

/// Of a call, by its connection. An event has more headers than a model can know.
struct expected {
  enum class kind : std::uint8_t { whole, event, invoke };

  std::size_t connection;
  std::string bytes;  ///< the whole answer, or the request id of an event
  kind how = kind::whole;
};

class model {
 public:
  /// `f` outlives the model.
  model(const environment::function& f, std::uint64_t seed);

  /// What is answered to whom because of this; what the call itself waits for may come later.
  std::vector<expected> tell(const environment::any_signal& s, std::size_t calling);
  /// The runtime's call for an event, or to be restored.
  std::vector<expected> park(const environment::any_signal& s, std::size_t calling);

  environment::machine_state state() const { return machine_->state(); }
  /// A process of the runtime has been ordered since this was asked last.
  bool takes_launch();
  /// Who has registered last, and who did before.
  const std::vector<std::string>& identifiers() const { return identifiers_; }
  /// The event that was handed out last; empty if none was.
  const std::string& request_id() const { return request_id_; }
  /// These calls are never answered: the runtime has asked again elsewhere.
  std::vector<std::size_t> take_abandoned();

 private:
  std::vector<expected> carry_out(std::size_t calling);

  const environment::function& function_;
  std::uint64_t seed_;
  journal::journal log_;
  std::vector<environment::any_order> orders_;
  std::unique_ptr<environment::machine> machine_;
  std::uint32_t next_ = 0;
  bool is_launched_ = false;
  std::string request_id_;
  std::vector<std::string> identifiers_;
  std::vector<std::size_t> parked_;
  std::vector<std::size_t> abandoned_;
  std::vector<std::size_t> held_;  // by extension
};

}  // namespace lambdaprof::conformance
