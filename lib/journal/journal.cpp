// SPDX-License-Identifier: Apache-2.0
#include "journal/journal.hpp"

namespace lambdaprof::journal {

void journal::forget() {
  entries_.clear();
  texts_.clear();
  usages_.clear();
}

text_id journal::keep(std::string_view text) {
  texts_.emplace_back(text);
  return {static_cast<std::uint32_t>(texts_.size() - 1)};
}

usage_id journal::keep(const usage& u) {
  usages_.push_back(u);
  return {static_cast<std::uint32_t>(usages_.size() - 1)};
}

std::string_view journal::text(text_id id) const {
  return id ? std::string_view(texts_.at(id.value)) : std::string_view{};
}

usage journal::used(usage_id id) const {
  return id ? usages_.at(id.value) : usage{};
}

}  // namespace lambdaprof::journal
