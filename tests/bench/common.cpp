// SPDX-License-Identifier: Apache-2.0
#include "common.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "analysis/quantile.hpp"
#include "sandbox/world.hpp"
#include "support/places.hpp"

namespace lambdaprof::bench {

std::string sample(const std::string& name) {
  return std::string(support::binary_dir) + "/sample-functions/" + name;
}

analysis::timeline run(const std::string& name, load::plan plan, variables v,
                       const sandbox::confinement& held, journal::journal* log,
                       fleet::idle_clock clock) {
  run::settings s;
  s.freezes = held.groups != nullptr;
  s.pool.idle_clock = clock;
  s.function.command = {sample(name)};
  s.function.directory = std::string(support::binary_dir) + "/sample-functions";
  s.function.variables = std::move(v);
  s.function.timeout = std::chrono::seconds(60);
  journal::journal own;
  journal::journal& entries = log != nullptr ? *log : own;
  boost::asio::io_context loop(1);
  const host::clock time;
  run::conductor conductor(s, std::move(plan), {{"{}", 0}}, entries);
  sandbox::world world(loop, time, conductor, held);
  world.run();
  return analysis::read_timeline(entries);
}

double at(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return analysis::quantile(values, q);
}

void print(const char* what, const std::vector<double>& ratios, const char* limit) {
  fmt::print("  {:<46} {:6.3f} ×   [{:.3f}, {:.3f}] over {} rounds   limit {}\n", what,
             at(ratios, 0.5), at(ratios, 0), at(ratios, 1), ratios.size(), limit);
}

}  // namespace lambdaprof::bench
