// SPDX-License-Identifier: Apache-2.0
#include "analysis/failures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lambdaprof::analysis {
namespace {

constexpr std::string_view uuid_shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool begins_with_uuid(std::string_view text) {
  return text.size() >= uuid_shape.size() &&
         std::equal(uuid_shape.begin(), uuid_shape.end(), text.begin(),
                    [](char shape, char c) { return shape == 'x' ? is_hex(c) : c == shape; });
}

}  // namespace

std::string without_request_ids(std::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  while (!text.empty()) {
    const bool is_id = begins_with_uuid(text);
    masked += is_id ? std::string_view("<id>") : text.substr(0, 1);
    text.remove_prefix(is_id ? uuid_shape.size() : 1);
  }
  return masked;
}

void failure_tally::add(std::string_view payload) {
  if (payload.empty()) return;
  std::string masked = without_request_ids(payload);
  const auto [place, is_new] = places_.try_emplace(masked, kinds_.size());
  if (is_new) kinds_.push_back({std::move(masked), 0});
  ++kinds_[place->second].count;
}

std::vector<std::string> failure_tally::lines() const {
  std::vector<kind> ordered = kinds_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const kind& a, const kind& b) { return a.count > b.count; });
  std::vector<std::string> lines;
  for (const kind& k : ordered) lines.push_back(fmt::format("{} × {}", k.count, k.payload));
  return lines;
}

}  // namespace lambdaprof::analysis
