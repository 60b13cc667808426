// SPDX-License-Identifier: Apache-2.0
#include "profile/plan.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "profile/variables.hpp"

namespace lambdaprof::profile {
namespace {

constexpr double most_events_of_run = 10e6;
constexpr double most_steps = 10e6;
// Instants reach to 292 years.
constexpr double longest_s = 10.0 * 365 * 24 * 3600;

/// What a plan takes besides events: phases to go through, and time that passes by its own law.
struct extent {
  double steps = 0;
  double seconds = 0;
};

extent extent_of(const load::plan& plan) {
  extent sum;
  for (const load::phase& phase : plan) {
    sum.steps += 1;
    std::visit(overloaded{
                   [&](const load::repeat& r) {
                     const extent once = extent_of(r.phases);
                     sum.steps += r.times * once.steps;
                     sum.seconds += r.times * once.seconds;
                   },
                   [&](const auto& p) {
                     if constexpr (requires { p.length; }) sum.seconds += seconds(p.length);
                   },
               },
               phase);
  }
  return sum;
}

std::string place(const profile& p, std::string_view path) {
  const std::string_view by = origin(p, path);
  return by == "default" ? std::string(path) : fmt::format("{}: {}", by, path);
}

result<void> check_function(const profile& p) {
  if (const std::size_t bytes = bytes_of(p.function.variables); bytes > most_variable_bytes)
    return fault{
        fault_kind::usage,
        fmt::format("the variables take {} bytes; Lambda allows {} for all names and values", bytes,
                    most_variable_bytes),
        "function.environment", ""};
  if (!p.function.command.empty() && p.function.command[0].empty())
    return fault{fault_kind::usage, "the executable is empty", place(p, "function.command"), ""};
  if (p.function.snap_start && p.function.max_concurrency > 0)
    return fault{fault_kind::usage, "a function with SnapStart serves one invocation at a time",
                 place(p, "function.snap_start"),
                 "leave out one of function.snap_start and function.max_concurrency"};
  const environment::caller& c = p.function.caller;
  if (c.cognito_identity_id.empty() && !c.cognito_identity_pool_id.empty())
    return fault{fault_kind::usage, "a pool without an identity",
                 place(p, "caller.cognito_identity_pool_id"),
                 "give caller.cognito_identity_id as well"};
  // The first start of a burst would bring in for the others what was evicted.
  if (p.page_cache == page_cache::cold && !p.load.plan && p.load.burst > 1)
    return fault{fault_kind::usage, "a cold page cache can be had for one start at a time",
                 place(p, "page_cache"), "leave out the burst, or measure it hot"};
  return {};
}

result<void> check_pool(const profile& p) {
  if (p.pool.warmer && p.pool.warmer->hold >= p.function.timeout)
    return fault{fault_kind::usage, "the warmer holds environments for longer than they may run",
                 place(p, "pool.warmer"), "make hold shorter than the function timeout"};
  if (p.pool.provisioned == 0) return {};
  const auto refuse = [&](std::string message, std::string hint) {
    return fault{fault_kind::usage, std::move(message), place(p, "pool.provisioned"),
                 std::move(hint)};
  };
  if (p.function.snap_start)
    return refuse("Lambda has no provisioned concurrency for SnapStart functions",
                  "leave out one of them");
  if (p.function.max_concurrency > 0)
    return refuse("managed instances have no provisioned concurrency", "leave out one of them");
  if (p.pool.provisioned > p.pool.max_environments)
    return refuse(fmt::format("more environments are provisioned than there may be, {}",
                              p.pool.max_environments),
                  "raise max_environments, or provision fewer");
  return {};
}

result<void> check_variants_alone(const profile& p) {
  if (auto fine = check_names(p.variants); !fine) return below("variants", fine.error());
  for (const variant& v : p.variants) {
    const auto one = with(p, v);
    if (!one) return one.error();
    for (const result<void>& fine : {check_function(*one), check_pool(*one)})
      if (!fine) return below(fmt::format("variants{}: ", step(v.name)), fine.error());
  }
  return {};
}

result<void> check_load(const profile& p) {
  const bool has_plan = p.load.plan.has_value();
  const std::string where = place(p, has_plan ? "load.plan" : "load.cold");
  const auto refuse = [&](std::string message, std::string hint = "") {
    return fault{fault_kind::usage, std::move(message), where, std::move(hint)};
  };
  for (const std::string_view path :
       {"load.cold", "load.warm", "load.warm_up", "load.burst", "load.idle"}) {
    const bool is_given = path == "load.idle" ? p.load.idle.has_value() : p.origins.contains(path);
    if (has_plan && is_given)
      return refuse(fmt::format("a plan replaces {}, but that is given as well, by {}", path,
                                origin(p, path)),
                    "give one or the other");
  }

  const load::plan plan = plan_of(p);
  const double events = load::expected_events(plan);
  const extent whole = extent_of(plan);
  if (events <= 0) return refuse("the plan sends no events");
  if (events > most_events_of_run)
    return refuse(fmt::format("the plan sends {:.3g} events; at most 10 million can be", events));
  if (whole.steps > most_steps)
    return refuse(
        fmt::format("the plan goes through {:.3g} phases; at most 10 million can be", whole.steps));
  if (whole.seconds > longest_s) return refuse("the plan lasts longer than ten years");
  return {};
}

}  // namespace

std::uint32_t warm_of(const load_settings& load) {
  return load.warm.value_or(load.burst > 1 ? 0 : 20);
}

load::plan block_plan_of(const profile& p) {
  const load_settings& load = p.load;
  if (load.plan) return *load.plan;
  load::plan cycle;
  if (load.idle) {
    cycle.push_back(load::idle{*load.idle});
  } else {
    cycle.push_back(load::fresh{});
  }
  cycle.push_back(load::burst{load.burst});
  if (const std::uint32_t warm = warm_of(load); warm > 0) cycle.push_back(load::sequential{warm});
  return cycle;
}

load::plan plan_of(const profile& p) {
  const load_settings& load = p.load;
  if (load.plan) return *load.plan;
  load::plan cycle = block_plan_of(p);
  load::plan plan;
  // Idle time alone does not make the first cycle cold if environments are there already.
  if (load.idle) plan.push_back(load::fresh{});
  if (load.warm_up > 0) plan.push_back(load::repeat{load.warm_up, true, cycle});
  plan.push_back(load::repeat{load.cold, false, std::move(cycle)});
  return plan;
}

std::vector<load::event> events_of(const profile& p) {
  return {p.events.begin(), p.events.end()};
}

result<void> check(const profile& p) {
  if (auto fine = check_function(p); !fine) return fine;
  if (auto fine = check_pool(p); !fine) return fine;
  if (auto fine = check_variants_alone(p); !fine) return fine;
  return check_load(p);
}

}  // namespace lambdaprof::profile
