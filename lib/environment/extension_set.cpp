// SPDX-License-Identifier: Apache-2.0
#include "environment/extension_set.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "environment/limits.hpp"
#include "journal/request_id.hpp"

namespace lambdaprof::environment {
namespace {

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char low = static_cast<char>(c | 0x20);
    const bool is_hex = (c >= '0' && c <= '9') || (low >= 'a' && low <= 'f');
    if (is_dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

}  // namespace

void extension_set::begin(const std::vector<extension_file>& files, std::uint64_t key) {
  key_ = key;
  registered_ = 0;
  all_.clear();
  for (const extension_file& f : files) {
    extension& x = all_.emplace_back();
    x.name = f.name;
    x.external = true;
    x.process = process_state::ordered;
  }
}

extension_set::enrolment extension_set::enroll(const signal::registers& s, registration how) {
  if (s.name.empty()) return extension_reply::empty_name;
  if (s.body == signal::registration_body::malformed) return extension_reply::bad_format;
  if (how == registration::closed) return extension_reply::registration_closed;
  if (s.body == signal::registration_body::unknown_event) return extension_reply::unknown_event;
  if (s.invoke && how == registration::for_shutdown_only)
    return extension_reply::invoke_not_supported;
  const auto known =
      std::find_if(all_.begin(), all_.end(), [&](const extension& x) { return x.name == s.name; });
  auto number = static_cast<std::uint32_t>(known - all_.begin());
  if (known == all_.end()) {
    if (s.shutdown) return extension_reply::shutdown_not_supported;
    if (all_.size() >= most_extensions) return extension_reply::too_many;
    // Its number follows theirs.
    if (is_any_ordered()) return extension_reply::invalid_state;
    all_.emplace_back().name = s.name;
  } else if (!known->external) {
    return extension_reply::already_registered;
  } else if (known->process != process_state::running ||
             !after(known->state, extension_call::enroll)) {
    return extension_reply::invalid_state;
  }
  extension& x = all_[number];
  x.state = extension_state::registered;
  x.wants_invoke = s.invoke;
  x.wants_shutdown = s.shutdown;
  x.identifier = journal::request_id(key_, invocation_id{number});
  ++registered_;
  return number;
}

std::variant<std::uint32_t, extension_reply> extension_set::find(
    std::string_view identifier) const {
  if (identifier.empty()) return extension_reply::missing_identifier;
  if (!is_uuid(identifier)) return extension_reply::malformed_identifier;
  const auto known = std::find_if(all_.begin(), all_.end(),
                                  [&](const extension& x) { return x.identifier == identifier; });
  if (known == all_.end()) return extension_reply::unknown_identifier;
  return static_cast<std::uint32_t>(known - all_.begin());
}

extension& extension_set::at(std::uint32_t number) {
  ensure(number < all_.size(), "a world tells only of extensions that there are");
  return all_[number];
}

bool extension_set::is_any_ordered() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const extension& x) { return x.process == process_state::ordered; });
}

bool extension_set::is_any_internal() const {
  return std::any_of(all_.begin(), all_.end(), [](const extension& x) { return !x.external; });
}

bool extension_set::is_any_alive() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const extension& x) { return x.process != process_state::none; });
}

bool extension_set::are_externals_registered() const {
  return std::all_of(all_.begin(), all_.end(),
                     [](const extension& x) { return x.is_registered(); });
}

bool extension_set::is_any_initializing() const {
  return std::any_of(all_.begin(), all_.end(), [](const extension& x) {
    return x.state == extension_state::registered || x.state == extension_state::started;
  });
}

bool extension_set::is_any_running() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const extension& x) { return x.state == extension_state::running; });
}

}  // namespace lambdaprof::environment
