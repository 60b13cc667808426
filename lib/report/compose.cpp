// SPDX-License-Identifier: Apache-2.0
#include "report/compose.hpp"

#include <array>

#include "report/conditions.hpp"
#include "report/emitted_tables.hpp"
#include "report/extension_table.hpp"
#include "report/failures.hpp"
#include "report/figures.hpp"
#include "report/remarks.hpp"
#include "report/time_spent.hpp"
#include "report/verdict.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

void add(document& d, std::string title, std::vector<block> blocks) {
  d.sections.push_back({std::move(title), std::move(blocks)});
}

void add_figures(document& d, const subject& s) {
  if (table figures = table_of_figures(s.summary); !figures.rows.empty())
    add(d, "", {std::move(figures)});
  if (histograms pictures = shapes(s.summary); !pictures.all.empty())
    add(d, "", {std::move(pictures)});
  if (waterfall picture = median_waterfall(s); !picture.bars.empty())
    add(d, title_of_waterfall(s), {std::move(picture)});
  if (table split = division_by_extension(s.summary); !split.rows.empty())
    add(d, "", {std::move(split)});
  for (table& told : std::array{marks(s.summary), metrics(s.summary), init_steps(s.summary)})
    if (!told.rows.empty()) add(d, "", {std::move(told)});
  if (table spent = time_spent(s.summary); !spent.rows.empty()) add(d, "", {std::move(spent)});
  facts counted = counted_facts(s);
  facts still = at_standstill(s.summary);
  std::move(still.lines.begin(), still.lines.end(), std::back_inserter(counted.lines));
  add(d, "", {std::move(counted)});
}

}  // namespace

document compose(const subject& s) {
  document d;
  d.title = printable(s.conditions.function.name);
  if (d.title.empty()) d.title = "unnamed function";
  d.subtitle = subtitle({&s, 1});
  d.verdict = verdict(s);
  if (s.breaches.empty()) {
    add_figures(d, s);
  } else {
    d.sections.push_back(broken_laws(s));
  }
  if (section failed = failures(s); !failed.blocks.empty()) d.sections.push_back(std::move(failed));
  if (remarks found = remarks_on(s); !found.all.empty()) add(d, "", {std::move(found)});
  add(d, "", {conditions({&s, 1})});
  if (!s.conditions.command_line.empty()) add(d, "", {code{printable(s.conditions.command_line)}});
  return d;
}

}  // namespace lambdaprof::report
