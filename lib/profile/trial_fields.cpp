// SPDX-License-Identifier: Apache-2.0
#include "profile/trial_fields.hpp"

#include "analysis/metric.hpp"
#include "base/text.hpp"
#include "profile/budget_list.hpp"
#include "profile/make_field.hpp"
#include "profile/variant.hpp"

namespace lambdaprof::profile {
namespace {

/// KEY=a,b,c.
struct sweep_text : text {
  sweep_text() : text{1, 4096} {}
  std::string expects() const { return "a text such as memory=128,512,1769"; }
  result<std::string> read(const json& value, const source& from) const {
    auto words = text::read(value, from);
    if (!words) return unlike(expects(), value);
    if (const auto fine = read_sweep(*words, ""); !fine) return fine.error();
    return words;
  }
};

/// The path of a metric in a summary.
struct metric_key : text {
  static std::vector<std::string> known() {
    std::vector<std::string> keys;
    for (const analysis::metric& m : analysis::metrics()) keys.emplace_back(m.key);
    return keys;
  }
  std::string expects() const { return "a metric such as cold.cold_ms"; }
  json schema() const { return schema_of_metric_key(); }
  result<std::string> read(const json& value, const source& from) const {
    auto words = text::read(value, from);
    if (!words) return unlike(expects(), value);
    if (analysis::find_metric(*words) != nullptr) return words;
    const auto near = nearest(*words, known());
    return unlike(expects(), value, near ? "did you mean " + *near + "?" : "");
  }
};

}  // namespace

std::vector<field> trial_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.trial.*member;
    };
  };
  using settings = trial_settings;
  return {
      make_field("trial.base", "The variant that the others are compared with; empty: the first.",
                 text{0, most_name_bytes}, at(&settings::base)),
      make_field("trial.max_blocks",
                 "At most so many measured blocks, each with one cycle of every variant.",
                 whole<std::uint32_t>{6, 100'000}, at(&settings::max_blocks)),
      make_field(
          "trial.precision",
          "Ends the trial once the ratios of all variants are known so closely; null: it goes on "
          "to its last block.",
          optional_of<fraction>{{1}}, at(&settings::precision)),
      make_field(
          "trial.self_test",
          "Whether the base is measured against itself as well, which shows what the machine puts "
          "there; null: as the command has it.",
          optional_of<truth>{}, at(&settings::self_test)),
      make_field(
          "trial.each",
          "Keys with values, as memory=128,512,1769: all variants once more for each value, and "
          "compared among themselves.",
          list_of<sweep_text>{}, at(&settings::each)),
      make_field("trial.question", "What an experiment asks, in one sentence.", text{0, 400},
                 at(&settings::question)),
      make_field("trial.judged_by", "The metrics that answer it.", list_of<metric_key>{},
                 at(&settings::judged_by)),
      make_field("trial.needs", "How to get what an experiment runs, for who does not have it.",
                 text{0, 400}, at(&settings::needs)),
      make_field(
          "budgets", "Upper limits on figures, by metric.", budget_list{},
          [](auto& p) -> auto& { return p.budgets; }),
  };
}

std::vector<field> simulation_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.simulation.*member;
    };
  };
  using settings = simulation_settings;
  return {
      make_field("simulation.traffic",
                 "Loads that are simulated with the times of the function, such as poisson:0.5.",
                 list_of<text>{text{1, 200}, {}}, at(&settings::traffic)),
      make_field("simulation.policies",
                 "Policies that are simulated side by side, such as warmer:every=4m.",
                 list_of<text>{text{1, 4096}, {}}, at(&settings::policies)),
      make_field("simulation.days", "So many days of each load.", positive{3650},
                 at(&settings::days)),
  };
}

std::vector<field> gate_fields() {
  const auto at = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.gate.*member;
    };
  };
  using settings = gate_settings;
  return {
      make_field("gate.alpha", "How often a verdict may be wrong, each way.", fraction{0.5},
                 at(&settings::alpha)),
      make_field("gate.on_inconclusive",
                 "What becomes of a budget about which nothing could be proved.",
                 one_of<on_inconclusive>{on_inconclusive_names}, at(&settings::on_inconclusive)),
      make_field(
          "gate.machine_deviation",
          "How far machines of one kind differ, as the standard deviation of log ratios, for a "
          "baseline that another machine has measured.",
          fraction{1}, at(&settings::machine_deviation)),
  };
}

}  // namespace lambdaprof::profile
