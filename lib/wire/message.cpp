// SPDX-License-Identifier: Apache-2.0
#include "wire/message.hpp"

#include <algorithm>

namespace lambdaprof::wire {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

void header_list::add(std::string_view name, std::string_view value) {
  if (used_ == all_.size()) all_.emplace_back();
  all_[used_].name = name;
  all_[used_].value = value;
  ++used_;
}

std::optional<std::string_view> header_list::find(std::string_view name) const {
  for (const header& h : *this)
    if (same_name(h.name, name)) return h.value;
  return std::nullopt;
}

void request::clear() {
  method.clear();
  target.clear();
  headers.clear();
  body.clear();
  body_bytes = 0;
  body_state = body_state::complete;
  trailers.clear();
}

}  // namespace lambdaprof::wire
