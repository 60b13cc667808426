// SPDX-License-Identifier: Apache-2.0
#include "report/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/compose_trial.hpp"
#include "report/exported.hpp"
#include "report/findings_text.hpp"
#include "report/terminal.hpp"
#include "report/variant_name.hpp"
#include "report/width.hpp"
#include "report/xml.hpp"

namespace lambdaprof::report {
namespace {

enum class test_end : std::uint8_t { passed, failure, error, skipped };

struct test_case {
  std::string class_name;
  std::string name;
  test_end end = test_end::passed;
  std::string type;     ///< of what is not passed, in a word
  std::string message;  ///< in a line
  std::string text;     ///< all of it
};

/// Readers take what stands before the last point for a package.
std::string class_of(std::string_view name) {
  std::string last = printable(name);
  std::replace(last.begin(), last.end(), '.', '_');
  return "lambdaprof." + (last.empty() ? "unnamed" : last);
}

test_case case_of(const trial::verdict& v, when_inconclusive then) {
  test_case c;
  c.name = name_of(v);
  c.type = name(v.ruling);
  c.message = wording(v);
  c.text = wording(v) + "\n" + grounds(v);
  if (v.ruling == trial::ruling::over) c.end = test_end::failure;
  if (v.ruling == trial::ruling::inconclusive)
    c.end = then == when_inconclusive::fail ? test_end::failure : test_end::skipped;
  if (c.end == test_end::skipped) c.message += " · " + grounds(v);  // it has no text
  return c;
}

test_case case_of(const trial::self_test& t) {
  test_case c;
  c.class_name = class_of("machine");
  c.name = "self test of " + printable(t.metric);
  c.message = wording(t);
  c.end = t.found == trial::self_test::state::quiet ? test_end::passed : test_end::skipped;
  return c;
}

test_case broken_case(const subject& s) {
  test_case c;
  c.class_name = class_of(variant_name(s));
  c.name = "laws of the journal";
  c.end = test_end::error;
  c.type = "broken law";
  c.message = "no figure of it can be trusted";
  for (const std::string& breach : s.breaches) c.text += printable(breach) + "\n";
  return c;
}

/// Readers follow a case from run to run by its class and name.
void tell_apart(std::vector<test_case>& cases) {
  std::vector<std::string> full;
  for (const test_case& c : cases) full.push_back(c.class_name + '\n' + c.name);
  full = distinct(std::move(full));
  for (std::size_t i = 0; i < full.size(); ++i)
    cases[i].name = full[i].substr(cases[i].class_name.size() + 1);
}

std::vector<test_case> cases_of(std::span<const subject> subjects, const trial::findings& f,
                                when_inconclusive then) {
  std::vector<test_case> all;
  for (const trial::verdict& v : f.verdicts) {
    all.push_back(case_of(v, then));
    all.back().class_name = class_of(judged_name(subjects));
  }
  for (const trial::self_test& t : f.self_tests) all.push_back(case_of(t));
  for (const subject& s : subjects)
    if (!s.breaches.empty()) all.push_back(broken_case(s));
  tell_apart(all);
  return all;
}

/// A verdict takes no time of its own, and yet readers want one.
std::string element(const test_case& c) {
  const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
                                       xml_attribute(c.class_name), xml_attribute(c.name));
  if (c.end == test_end::passed) return head + "/>\n";
  std::string inner;
  if (c.end == test_end::skipped) {
    inner = fmt::format("<skipped message=\"{}\"/>", xml_attribute(c.message));
  } else {
    const std::string_view tag = c.end == test_end::error ? "error" : "failure";
    inner = fmt::format("<{0} message=\"{1}\" type=\"{2}\">{3}</{0}>", tag,
                        xml_attribute(c.message), xml_attribute(c.type), xml_content(c.text));
  }
  return head + ">\n      " + inner + "\n    </testcase>\n";
}

std::string property(std::string_view name, const std::string& value) {
  if (value.empty()) return "";
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name,
                     xml_attribute(printable(value)));
}

std::string properties(const journal::header& h, const trial::findings& f) {
  const auto whole = [](std::int64_t n) { return n > 0 ? std::to_string(n) : ""; };
  return property("lambdaprof", h.tool_version) + property("command", h.command_line) +
         property("plan", h.plan) + property("kernel", h.machine.kernel) +
         property("cpu", h.machine.cpu) + property("cpus", whole(h.machine.cpus)) +
         property("machine_memory_mb", whole(h.machine.memory_mb)) +
         property("virtualization", h.machine.virtualization) +
         property("blocks", std::to_string(f.blocks)) + property("stopped", f.stopped);
}

/// Without the zone, which the schema of Ant forbids; nothing if it is not what it should be.
std::string timestamp(std::string_view started_at) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
  const std::string_view local = started_at.substr(0, shape.size());
  const bool fits =
      std::equal(shape.begin(), shape.end(), local.begin(), local.end(),
                 [](char s, char c) { return s == 'd' ? c >= '0' && c <= '9' : s == c; });
  return fits ? fmt::format(" timestamp=\"{}\"", local) : "";
}

}  // namespace

std::string render_junit(std::span<const subject> subjects, const trial::findings& f,
                         when_inconclusive then) {
  const journal::header conditions =
      subjects.empty() ? journal::header{} : subjects.front().conditions;
  const std::vector<test_case> cases = cases_of(subjects, f, then);
  const auto count = [&](test_end e) {
    return std::count_if(cases.begin(), cases.end(),
                         [e](const test_case& c) { return c.end == e; });
  };
  const std::string shown =
      subjects.empty() ? "" : render_terminal(compose_trial(subjects, f), style::plain);

  std::string all = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"lambdaprof {}\" package=\"lambdaprof\" id=\"0\" tests=\"{}\""
      " failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"{} hostname=\"localhost\">\n",
      conditions.trial.budgets.empty() && f.verdicts.empty() ? "compare" : "gate", cases.size(),
      count(test_end::failure), count(test_end::error), count(test_end::skipped),
      timestamp(conditions.started_at));
  all += "    <properties>\n" + properties(conditions, f) + "    </properties>\n";
  for (const test_case& c : cases) all += element(c);
  all += "    <system-out>" + xml_content(shown) + "</system-out>\n";
  all += "    <system-err/>\n";  // Ant insists on it
  return all + "  </testsuite>\n</testsuites>\n";
}

}  // namespace lambdaprof::report
