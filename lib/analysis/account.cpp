// SPDX-License-Identifier: Apache-2.0
#include "analysis/account.hpp"

#include <algorithm>

namespace lambdaprof::analysis {
namespace {

/// So many phases with one busy thread speak for all of their kind.
constexpr double nearly_all = 0.9;

}  // namespace

void accountant::known_sum::add(std::size_t phases, double value, bool is_known) {
  if (!is_known) return;
  sum += value;
  n += phases;
}

std::optional<double> accountant::known_sum::mean() const {
  return n == 0 ? std::nullopt : std::optional(sum / static_cast<double>(n));
}

void accountant::add(std::size_t phases, std::optional<span> wall, const journal::usage& used) {
  if (!wall || used.cpu < span{}) return;
  const span system = used.system < span{} ? span{} : std::min(used.system, used.cpu);
  all_.n += phases;
  all_.wall += milliseconds(*wall);
  all_.user += milliseconds(used.cpu - system);
  all_.system += milliseconds(system);
  const auto time = [&](known_sum& to, span s) { to.add(phases, milliseconds(s), s >= span{}); };
  const auto number = [&](known_sum& to, std::int64_t n) {
    to.add(phases, static_cast<double>(n), n >= 0);
  };
  time(throttled_, used.throttled);
  time(cpu_some_, used.cpu_some);
  time(cpu_full_, used.cpu_full);
  time(io_some_, used.io_some);
  time(io_full_, used.io_full);
  number(minor_, used.minor_faults);
  number(major_, used.major_faults);
  number(read_, used.read_bytes);
  number(slices_, used.slices);
  const auto parts = attribute(*wall, used);
  if (!parts) return;
  alone_.n += phases;
  alone_.wall += milliseconds(*wall);
  alone_.user += milliseconds(parts->user);
  alone_.system += milliseconds(parts->system);
  alone_.throttled += milliseconds(parts->throttled);
  alone_.waiting += milliseconds(parts->waiting);
  alone_.blocked += milliseconds(parts->blocked);
  alone_.residual += milliseconds(parts->residual);
}

void accountant::fill(account& a, const sums& s) {
  const auto n = static_cast<double>(s.n);
  a.n = s.n;
  a.wall_ms = s.wall / n;
  a.user_ms = s.user / n;
  a.system_ms = s.system / n;
}

account accountant::result() const {
  account a;
  if (all_.n == 0) return a;
  const bool adds_up = static_cast<double>(alone_.n) >= nearly_all * static_cast<double>(all_.n);
  fill(a, adds_up ? alone_ : all_);
  a.throttled_ms = throttled_.mean();
  if (adds_up) {
    const auto mean = [&](double sum) { return sum / static_cast<double>(alone_.n); };
    a.throttled_ms = mean(alone_.throttled);
    a.rest = {mean(alone_.waiting), mean(alone_.blocked), mean(alone_.residual)};
  }
  a.cpu_some_ms = cpu_some_.mean();
  a.cpu_full_ms = cpu_full_.mean();
  a.io_some_ms = io_some_.mean();
  a.io_full_ms = io_full_.mean();
  a.minor_faults = minor_.mean();
  a.major_faults = major_.mean();
  a.read_bytes = read_.mean();
  a.slices = slices_.mean();
  return a;
}

}  // namespace lambdaprof::analysis
