// SPDX-License-Identifier: Apache-2.0
// What `check` saw of a function, its findings, and both as a document and as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/answers.hpp"
#include "analysis/trend.hpp"
#include "report/document.hpp"
#include "report/subject.hpp"

namespace lambdaprof::report {

/// An event whose answer differed on the reused environment; events are counted from 0.
struct changed_answer {
  std::uint32_t event = 0;
  analysis::difference first;
  std::size_t invocation = 0;          ///< of the reused environment, counted from 1
  std::optional<std::uint32_t> after;  ///< the event before it
  std::size_t times = 0;
};

/// An event whose answers differ on fresh environments already.
struct varying_answer {
  std::uint32_t event = 0;
  std::vector<std::string> paths;
};

enum class quantity { count, bytes };

/// Something that is held between invocations.
struct growth {
  std::string of;
  report::quantity quantity = quantity::count;
  double least = 0;            ///< less per invocation is no finding
  double least_in_all = 0;     ///< nor is less over all that the trend rests on
  std::vector<double> values;  ///< after each invocation; empty: it was not looked at
  analysis::trend seen;

  bool is_found() const {
    const std::size_t judged = values.size() - values.size() / 4;
    return analysis::is_growth(seen, least) &&
           seen.slope * static_cast<double>(judged) >= least_in_all;
  }
};

/// How the reused environment ended when it was asked to by SIGTERM.
struct ending {
  bool was_in_time = false;
  bool has_handler = false;  ///< it ended by itself, and was not ended by the signal
  double took_ms = 0;
};

struct checked {
  report::subject subject;
  std::vector<std::string> events;  ///< payloads
  std::size_t fresh = 0;            ///< times that each was sent to a fresh environment
  std::size_t rounds = 0;           ///< and to the reused one
  std::size_t answered = 0;         ///< invocations of that with a response
  std::vector<changed_answer> changed;
  std::vector<varying_answer> varying;
  std::vector<std::string> ignored;
  std::size_t failed_fresh = 0;   ///< invocations that failed on fresh environments
  std::size_t failed_reused = 0;  ///< invocations that failed there, and on no fresh one
  std::string failure;            ///< the first of them, as the invoker saw it
  std::size_t error_answers = 0;  ///< that say HTTP 5xx, beside others that do not
  std::vector<growth> growths;
  std::size_t looks = 0;                        ///< at the environment between two invocations
  std::map<std::string, std::size_t> children;  ///< processes that an invocation left, by name
  std::size_t with_children = 0;                ///< looks at which there were some
  std::optional<report::ending> end;            ///< none: it never came to that
  bool must_end = false;                        ///< ignoring SIGTERM is a finding
};

struct check_finding {
  std::string kind;  ///< "answer", "failure", "growth", "child", "running", "sigterm"
  std::string title;
  facts evidence;
  std::string remedy;
};

std::vector<check_finding> findings_of(const checked& c);

document compose(const checked& c);

/// Schema lambdaprof.check/v1, see check.schema.json.
std::string write_json(const checked& c);

}  // namespace lambdaprof::report
