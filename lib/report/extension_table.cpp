// SPDX-License-Identifier: Apache-2.0
#include "report/extension_table.hpp"

#include <fmt/format.h>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using analysis::figure;

std::string median(const figure& f) {
  return f.n > 0 ? short_number(f.p50) : "–";
}
std::string most(const figure& f) {
  return f.n > 0 ? short_number(f.max) : "–";
}

std::vector<std::string> row(std::string name, const figure& registration, const figure& init,
                             const figure& invocation) {
  return {
      std::move(name),  median(registration),        median(init), most(init), median(invocation),
      most(invocation), std::to_string(invocation.n)};
}

std::string footnote(const analysis::division& d) {
  std::string text =
      "side by side: all is over when the last of them asks for the next event, and the runtime is "
      "started when all external extensions have registered";
  if (d.post_runtime_ms.n > 0)
    text += fmt::format(
        " · after the runtime: {} ms median, {} ms at most "
        "(PostRuntimeExtensionsDuration)",
        short_number(d.post_runtime_ms.p50), short_number(d.post_runtime_ms.max));
  return text;
}

}  // namespace

table division_by_extension(const analysis::summary& s) {
  table t;
  const analysis::division& d = s.with_extensions;
  if (d.extensions.empty()) return t;
  t.columns = {{"median ms", alignment::left},
               {"registered"},
               {"init"},
               {"max"},
               {"invocation"},
               {"max"},
               {"n"}};
  t.rows.push_back(row("runtime", {}, d.runtime_init_ms, d.runtime_ms));
  for (const analysis::extension_figures& x : d.extensions)
    t.rows.push_back(row(printable(x.name) + (x.is_external ? "" : " (internal)"),
                         x.registration_ms, x.init_ms, x.invoke_ms));
  t.rows.push_back(row("all", {}, s.init_ms, d.duration_ms));
  t.footnote = footnote(d);
  return t;
}

}  // namespace lambdaprof::report
