// SPDX-License-Identifier: Apache-2.0
#include "analysis/extension_figures.hpp"

#include <algorithm>
#include <utility>

namespace lambdaprof::analysis {
namespace {

using journal::outcome;
using journal::start_kind;

struct samples_of_one {
  std::string name;
  bool is_external = false;
  std::vector<double> registration, init, invoke;
};

void add(std::vector<double>& to, std::optional<span> s) {
  if (s) to.push_back(milliseconds(*s));
}

class divider {
 public:
  explicit divider(const timeline& t) : timeline_(t) {}

  division divide() {
    for (const environment_row& e : timeline_.environments) take(e);
    for (const invocation_row& i : timeline_.invocations) take(i);
    division d;
    d.runtime_init_ms = summarize(std::move(runtime_init_));
    d.runtime_ms = summarize(std::move(runtime_));
    d.duration_ms = summarize(std::move(duration_));
    d.post_runtime_ms = summarize(std::move(post_runtime_));
    for (samples_of_one& x : all_)
      d.extensions.push_back({std::move(x.name), x.is_external,
                              summarize(std::move(x.registration)), summarize(std::move(x.init)),
                              summarize(std::move(x.invoke))});
    return d;
  }

 private:
  samples_of_one& of(const extension_row& x) {
    const auto known = std::find_if(all_.begin(), all_.end(), [&](const samples_of_one& s) {
      return s.name == x.name && s.is_external == x.is_external;
    });
    if (known != all_.end()) return *known;
    return all_.emplace_back(samples_of_one{x.name, x.is_external, {}, {}, {}});
  }

  void take(const environment_row& e) {
    if (e.extensions.empty() || e.discarded || e.init != outcome::success) return;
    add(runtime_init_, e.runtime_init_time());
    for (const extension_row& x : e.extensions) {
      samples_of_one& to = of(x);
      add(to.registration, e.registration_time(x));
      add(to.init, e.init_time(x));
    }
  }

  void take(const invocation_row& i) {
    if (i.extensions.empty() || i.discarded || !i.is_success()) return;
    if (i.start == start_kind::suppressed || i.env.value >= timeline_.environments.size()) return;
    add(runtime_, i.runtime_time());
    add(duration_, i.duration());
    add(post_runtime_, i.post_runtime_extensions());
    const auto& extensions = timeline_.environments[i.env.value].extensions;
    for (const extension_turn& turn : i.extensions)
      if (turn.extension < extensions.size())
        add(of(extensions[turn.extension]).invoke, i.extension_time(turn));
  }

  const timeline& timeline_;
  std::vector<double> runtime_init_, runtime_, duration_, post_runtime_;
  std::vector<samples_of_one> all_;
};

}  // namespace

division divide(const timeline& t) {
  return divider(t).divide();
}

}  // namespace lambdaprof::analysis
