// SPDX-License-Identifier: Apache-2.0
// Documents as one page that needs nothing else: readable as it is, and with charts and sortable
// samples where scripts may run. page/ has the scripts, and html_data.hpp what they draw.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// `page` is that of page.hpp. One document is about all subjects, several are about one each.
std::string render_html(std::string_view page, std::span<const subject> subjects,
                        std::span<const document> documents);

}  // namespace lambdaprof::report
