// SPDX-License-Identifier: Apache-2.0
// The A/A test: whatever is found between a program and itself, the machine has put there.
#include "trial/self_test.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/paired.hpp"
#include "base/random.hpp"
#include "command/findings.hpp"
#include "host/staging.hpp"
#include "host/trials.hpp"
#include "report/number.hpp"
#include "trial/design.hpp"

namespace lambdaprof::command {
namespace {

using report::condition;
using report::finding;
using report::short_number;

constexpr std::size_t pairs = 200;  // tell 1.5 % where a start varies by 5 %
constexpr std::size_t fewest_pairs = 30;
constexpr span long_enough = std::chrono::seconds(3);  // whatever a start takes here
constexpr std::size_t warm_ups = 3;
constexpr double coarsest_resolution = 0.05;  // or it would be quiet wherever nothing can be told

/// Of the starts themselves, without their difference: how much the machine changes its pace.
std::vector<double> means_of_blocks(std::span<const double> a, std::span<const double> b) {
  std::vector<double> means;
  for (std::size_t i = 0; i < a.size(); ++i) means.push_back(std::log(a[i] * b[i]) / 2);
  return means;
}

}  // namespace

finding judge_pairs(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> differences = analysis::log_ratios(a, b);
  const double p = analysis::signed_rank(differences).p;
  const trial::self_test t = trial::test_itself({{a.begin(), a.end()}, {b.begin(), b.end()}, 0},
                                                analysis::cold_metric(), 1);
  ensure(t.bounds.has_value(), "a self-test has enough pairs");
  const analysis::interval bounds = *t.bounds;
  // Of one start: a difference has the variance of two.
  const double deviation = analysis::robust_deviation(differences) / std::sqrt(2.0);
  std::vector<double> starts(a.begin(), a.end());
  starts.insert(starts.end(), b.begin(), b.end());
  std::sort(starts.begin(), starts.end());

  const double resolution = std::max(bounds.high - 1, 1 - bounds.low);
  const bool is_quiet =
      t.found == trial::self_test::state::quiet && resolution <= coarsest_resolution;
  finding f{
      "self-test", is_quiet ? condition::fine : condition::lacking,
      fmt::format("{}: ratio {:.4f}, {:.0f} % interval [{:.4f}, {:.4f}]",
                  is_quiet ? "quiet" : "noisy", t.ratio, 100 * t.confidence, bounds.low,
                  bounds.high),
      fmt::format(
          "{} pairs of starts of lambdaprof --version, from two copies in random order, "
          "{} ms each, robust sd {:.1f} %; lag-1 autocorrelation {:.2f}, worth {:.0f} independent "
          "pairs; p {:.2f}",
          differences.size(), short_number(analysis::quantile(starts, 0.5)), 100 * deviation,
          t.lag_one, t.effective, p)};
  if (!is_quiet)
    f.remedy =
        "stop other programs, mend what else is lacking here and ask again; take more pairs where "
        "that does not help";
  f.figures = {{"ratio", t.ratio},
               {"low", bounds.low},
               {"high", bounds.high},
               {"confidence", t.confidence},
               {"p", p},
               {"pairs", static_cast<double>(differences.size())},
               {"effective_pairs", t.effective},
               {"lag_one", t.lag_one},
               {"lag_one_of_blocks", analysis::lag_one_autocorrelation(means_of_blocks(a, b))},
               {"deviation", deviation},
               {"start_ms", analysis::quantile(starts, 0.5)}};
  return f;
}

namespace {

struct samples {
  std::vector<double> a;
  std::vector<double> b;
};

/// Both of a pair one after the other. Which of them is first is up to chance, and so is the size
/// of their environment, which decides where their stacks begin.
result<samples> measure(const std::string (&copies)[2]) {
  lambdaprof::random chance(1);
  const host::descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  host::launch_request start{{"", "--version"}, {}, "/", nowhere.number(), nowhere.number()};
  samples all;
  span spent{};
  for (std::size_t i = 0; i < warm_ups + pairs; ++i) {
    if (spent > long_enough && all.a.size() >= fewest_pairs) break;
    start.environment = {"PADDING=" + std::string(chance.below(trial::most_padding), 'x')};
    double ms[2];
    const std::size_t first = chance.below(2);
    for (const std::size_t which : {first, 1 - first}) {
      start.command.front() = copies[which];
      const auto end = host::run_to_end(start);
      if (!end) return end.error();
      if (end->status != 0) return fault{fault_kind::host, "could not be run", copies[which], ""};
      ms[which] = milliseconds(end->taken);
      spent += end->taken;
    }
    if (i < warm_ups) continue;
    all.a.push_back(ms[0]);
    all.b.push_back(ms[1]);
  }
  return all;
}

/// None of the two may be the program itself: how a file was written is worth more of a start than
/// what is looked for.
result<samples> measure_copies(const std::string& program, const std::string& folder) {
  auto a = host::stage(program, folder);
  if (!a) return a.error();
  auto b = host::stage(program, folder);
  if (!b) return b.error();
  return measure({std::move(*a), std::move(*b)});
}

}  // namespace

finding self_test(const std::string& program, const result<host::run_folder>& folder,
                  const doing& says) {
  const auto refused = [](const fault& f) {
    return finding{"self-test", condition::unknown, "could not be made", to_string(f)};
  };
  if (!folder) return refused(folder.error());
  says("starting one program as if it were two");
  const auto all = measure_copies(program, folder->path());
  if (!all) return refused(all.error());
  return judge_pairs(all->a, all->b);
}

}  // namespace lambdaprof::command
