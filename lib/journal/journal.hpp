// SPDX-License-Identifier: Apache-2.0
// The append-only log of a run. Texts and usage records lie beside the entries, so that entries
// stay small.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal/entry.hpp"
#include "journal/header.hpp"

namespace lambdaprof::journal {

class journal {
 public:
  header& conditions() { return conditions_; }
  const header& conditions() const { return conditions_; }

  void append(instant at, environment_id env, invocation_id inv, what w) {
    entries_.push_back({at, env, inv, std::move(w)});
  }
  /// Drops the facts, once they have been read and are not wanted again; none may refer to a text
  /// or a usage record of before.
  void forget();
  text_id keep(std::string_view text);
  usage_id keep(const usage& u);

  const std::vector<entry>& entries() const { return entries_; }
  /// Empty for "none".
  std::string_view text(text_id id) const;
  /// All unknown for "none".
  usage used(usage_id id) const;

 private:
  header conditions_;
  std::vector<entry> entries_;
  std::vector<std::string> texts_;
  std::vector<usage> usages_;
};

}  // namespace lambdaprof::journal
