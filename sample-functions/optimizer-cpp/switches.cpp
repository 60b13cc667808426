// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/switches.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

namespace optimizer {
namespace {

constexpr int longest_seconds = 86'400;

std::string value_of(const environment& lookup, const char* name) {
  const char* value = lookup(name);
  return value == nullptr ? "" : value;
}

/// The position among the words; the first one where nothing is set.
std::size_t one_of(const environment& lookup, const char* name,
                   std::initializer_list<std::string_view> words) {
  const std::string value = value_of(lookup, name);
  if (value.empty()) return 0;
  const auto found = std::find(words.begin(), words.end(), value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string allowed;
  for (const std::string_view word : words)
    allowed.append(allowed.empty() ? "" : word == *(words.end() - 1) ? " or " : ", ").append(word);
  throw std::invalid_argument(std::string(name) + " must be " + allowed + ", not " + value);
}

std::chrono::seconds seconds_of(const environment& lookup, const char* name,
                                std::chrono::seconds usual) {
  const std::string value = value_of(lookup, name);
  if (value.empty()) return usual;
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size() || seconds < 1 ||
      seconds > longest_seconds)
    throw std::invalid_argument(std::string(name) + " must be a number of seconds from 1 to " +
                                std::to_string(longest_seconds) + ", not " + value);
  return std::chrono::seconds(seconds);
}

}  // namespace

switches read_switches(const environment& lookup) {
  const auto is_second = [&](const char* name, std::string_view first, std::string_view second) {
    return one_of(lookup, name, {first, second}) == 1;
  };
  switches chosen;
  chosen.init = static_cast<init_time>(one_of(lookup, "INIT", {"sync", "async", "lazy"}));
  chosen.warmed_connection = is_second("CONNECTIONS", "cold", "warmed");
  chosen.precompile = is_second("PRECOMPILE", "off", "on");
  chosen.prefetch = is_second("PREFETCH", "off", "on");
  chosen.config_cache = is_second("CONFIG_CACHE", "off", "on");
  chosen.response_cache = is_second("RESPONSE_CACHE", "off", "on");
  chosen.response_life = seconds_of(lookup, "RESPONSE_CACHE_LIFE", chosen.response_life);
  chosen.pool = is_second("POOL", "off", "on");
  chosen.graceful_shutdown = is_second("SHUTDOWN", "none", "graceful");
  chosen.store_url = value_of(lookup, "STORE_URL");
  chosen.store_ca = value_of(lookup, "STORE_CA");
  return chosen;
}

}  // namespace optimizer
