// SPDX-License-Identifier: Apache-2.0
// Any text is a budget, a variant and a sweep, or a fault that says what is wrong. The first byte
// picks the metric.
#include "trial/budget.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analysis/metric.hpp"
#include "profile/profile.hpp"
#include "profile/variant.hpp"

namespace {

using namespace lambdaprof;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_as_budget(std::string_view metric, std::string_view text) {
  const auto read = trial::read_budget(metric, text);
  if (!read) return require(!read.error().message.empty());
  require(std::isfinite(read->limit) && read->quantile > 0 && read->quantile < 1);
  const auto again = trial::read_budget(metric, read->text);
  require(again.has_value() && again->text == read->text && again->limit == read->limit &&
          again->of == read->of && again->quantile == read->quantile);
}

/// An event may be the name of a file, which is none of a fuzzer's business.
bool names_a_file(std::string_view text) {
  return text.find("event") != text.npos;
}

void read_as_variants(std::string_view text) {
  const auto one = profile::read_variant(text, "--variant");
  require(one.has_value() || !one.error().message.empty());
  if (one) {
    require(profile::with({}, *one).has_value());
    require(profile::settings_text(*one).empty() == one->settings.empty());
  }
  const auto all = profile::read_sweep(text, "--sweep");
  require(all.has_value() || !all.error().message.empty());
  if (one && all) (void)profile::cross({*one}, *all).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto metrics = analysis::metrics();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  read_as_budget(metrics[data[0] % metrics.size()].key, text);
  if (!names_a_file(text)) read_as_variants(text);
  return 0;
}
