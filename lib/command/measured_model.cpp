// SPDX-License-Identifier: Apache-2.0
#include "command/measured_model.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "report/variant_name.hpp"
#include "sim/law_text.hpp"

namespace lambdaprof::command {
namespace {

using analysis::environment_row;
using analysis::invocation_row;
using journal::start_kind;

using spans = std::vector<span>;

void add(spans& to, std::optional<span> s) {
  if (s && *s >= span{}) to.push_back(*s);
}

spans inits_of(const analysis::timeline& t) {
  spans found;
  for (const environment_row& e : t.environments)
    if (!e.discarded && !e.provisioned && e.init == journal::outcome::success)
      add(found, e.startup_time());
  return found;
}

spans handlers_of(const analysis::timeline& t, start_kind kind) {
  spans found;
  for (const invocation_row& i : t.invocations)
    if (!i.discarded && i.is_success() && i.start == kind) add(found, i.handler());
  return found;
}

spans after_of(const analysis::timeline& t) {
  spans found;
  for (const invocation_row& i : t.invocations)
    if (!i.discarded && i.is_success() && i.start != start_kind::suppressed)
      add(found, invocation_row::between(i.answered, i.settled));
  return found;
}

class model_maker {
 public:
  explicit model_maker(const report::subject* of) : of_(of) {}

  /// The law that a flag gives, or that of the samples; none if there is neither.
  result<std::optional<sim::law>> law(const char* about, const char* flag, const std::string& given,
                                      spans (*measured)(const analysis::timeline&)) {
    std::optional<sim::law> found;
    if (!given.empty()) {
      auto read = sim::parse_law(given);
      if (!read) {
        fault f = read.error();
        f.where = flag;
        return f;
      }
      found = std::move(*read);
    } else if (of_ != nullptr) {
      if (spans all = measured(of_->timeline); !all.empty())
        found = sim::resampled{std::make_shared<const spans>(std::move(all))};
    }
    if (found) says_.push_back({about, sim::spell(*found), true});
    return found;
  }
  std::vector<journal::assumption> says() { return std::move(says_); }

 private:
  const report::subject* of_;
  std::vector<journal::assumption> says_;
};

fault lacking(const simulate_options& o, const char* what, const char* flag) {
  return {fault_kind::usage,
          o.from.empty() ? fmt::format("no {} given", what)
                         : fmt::format("the result has no {} to draw from", what),
          o.from.empty() ? "lambdaprof simulate" : o.from,
          fmt::format("give a result with --from, or a distribution with {} lognormal:100ms,0.3",
                      flag)};
}

}  // namespace

result<measured_model> model_for(const simulate_options& o, const report::subject* of) {
  model_maker make(of);
  measured_model m;
  const auto init = make.law("init", "--init", o.init, inits_of);
  if (!init) return init.error();
  if (!*init) return lacking(o, "init", "--init");
  const auto handler = make.law("handler", "--handler", o.handler, [](const analysis::timeline& t) {
    return handlers_of(t, start_kind::warm);
  });
  if (!handler) return handler.error();
  // What is given for warm ones holds for first ones too, unless those are given as well.
  const std::string first_given = o.first.empty() ? o.handler : o.first;
  const auto first =
      make.law("first handler", "--first", first_given,
               [](const analysis::timeline& t) { return handlers_of(t, start_kind::cold); });
  if (!first) return first.error();
  if (!*handler && !*first) return lacking(o, "handler", "--handler");
  const auto after = make.law("after the response", "--after", o.after, after_of);
  if (!after) return after.error();
  m.model.spawn = sim::fixed{};  // a part of the init
  m.model.init = **init;
  m.model.handler = *handler ? **handler : **first;
  m.model.first_handler = *first;
  m.model.after_response = *after ? **after : sim::law(sim::fixed{});
  m.says = make.says();
  return m;
}

result<const report::subject*> variant_of(const std::vector<report::subject>& all,
                                          const simulate_options& o) {
  std::vector<std::string> names;
  for (const report::subject& s : all) {
    const std::string name = report::variant_name(s);
    if (all.size() == 1 || name == o.variant) return &s;
    names.push_back(name);
  }
  if (names.empty()) return fault{fault_kind::file, "has no variant", o.from, ""};
  return fault{fault_kind::usage,
               o.variant.empty()
                   ? fmt::format("has {} variants: {}", names.size(), fmt::join(names, ", "))
                   : fmt::format("has no variant \"{}\"", o.variant),
               o.from, fmt::format("name one with --variant {}", names.front())};
}

}  // namespace lambdaprof::command
