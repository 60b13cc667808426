// SPDX-License-Identifier: Apache-2.0
// What was found out about a machine, as a document and as JSON. How it was found out, and what is
// good enough, is the business of command/doctor.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "journal/header.hpp"
#include "report/document.hpp"

namespace lambdaprof::report {

enum class condition { fine, lacking, unknown };

/// One thing about the machine.
struct finding {
  std::string name;
  condition state = condition::unknown;
  std::string says;
  std::string how;          ///< how that was established, or why it was not
  std::string remedy = {};  ///< empty if there is nothing to mend
  std::vector<std::pair<std::string, double>> figures = {};  ///< with the unit in the name
};

struct diagnosis {
  std::string tool_version;
  std::string started_at;
  journal::machine_facts machine;
  std::vector<finding> limits;  ///< what of Lambda can be enforced
  std::vector<finding> host;    ///< what makes figures steady or not
  finding self_test;            ///< a program against itself: fine is quiet, lacking is noisy
};

document compose(const diagnosis& d);

/// Schema lambdaprof.doctor/v1, see doctor.schema.json.
std::string write_json(const diagnosis& d);

}  // namespace lambdaprof::report
