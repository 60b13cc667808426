// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/json_place.hpp"
#include "report/result.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

constexpr std::string_view schema_family = "lambdaprof.result/";

fault unreadable(std::string message, std::string hint) {
  return {fault_kind::file, std::move(message), "", std::move(hint)};
}

/// Only wants to know where a text stops being JSON.
struct syntax_check : nlohmann::json_sax<nlohmann::json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::json::exception&) override {
    stopped = at;
    return false;
  }

  std::size_t stopped = 0;
};

fault no_json(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return unreadable("the file is empty", "");
  syntax_check check;
  nlohmann::json::sax_parse(text, &check);
  if (check.stopped > text.size())
    return unreadable("the file ends too early", "was it written to its end?");
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(check.stopped), '\n');
  return unreadable(fmt::format("the file is not JSON: see byte {}, line {}", check.stopped, line),
                    "a result is what --json has written");
}

std::optional<fault> not_of_this_schema(const nlohmann::json& root) {
  const auto found = root.is_object() ? root.find("schema") : root.end();
  const bool is_text = root.is_object() && found != root.end() && found->is_string();
  const std::string schema = is_text ? found->get<std::string>() : "";
  if (schema == result_schema) return std::nullopt;
  if (!schema.starts_with(schema_family))
    return unreadable("the file is JSON, but no result of lambdaprof",
                      "a result is what --json has written");
  return unreadable(fmt::format("the schema of the file is {}, and this version reads {}",
                                fitted(printable(schema), 60), result_schema),
                    "read it with the version that wrote it");
}

void check_references(const json_place& variant, const analysis::timeline& t) {
  std::size_t row = 0;
  variant.at("environments").each([&](const json_place& e) {
    const std::optional<std::size_t> first = t.environments[row++].first;
    if (first && *first >= t.invocations.size())
      e.at("first_invocation").complain("is the place of no invocation");
  });
}

/// Metrics are named once for the variant, with their units.
void check_metrics(const json_place& variant, const analysis::timeline& t) {
  std::set<std::string_view> known;
  for (const analysis::emitted_metric& m : t.metrics) known.insert(m.key);
  const auto check = [&](const char* list, const auto& rows) {
    std::size_t i = 0;
    variant.at(list).each([&](const json_place& place) {
      for (const analysis::emitted_values& v : rows[i++].metrics)
        if (!known.contains(v.key))
          place.at("metrics").complain("has a metric that is not in those of the variant");
    });
  };
  check("environments", t.environments);
  check("invocations", t.invocations);
}

subject read_variant(const json_place& place, const journal::header& run) {
  subject s;
  s.conditions = run;
  if (place.has("run")) {
    s.conditions = {};
    place.part("run", s.conditions);
  }
  place.part("function", s.conditions.function);
  if (place.has("variant")) {
    place.value("name", s.conditions.variant.name);
    place.part("variant", s.conditions.variant);
    place.at("variant").value("function", s.conditions.function.name);
  } else {
    place.value("name", s.conditions.function.name);
  }
  place.value("breaches", s.breaches);
  fields(place, s.timeline);
  check_references(place, s.timeline);
  check_metrics(place, s.timeline);
  return s;
}

}  // namespace

result<std::vector<subject>> read_result(std::string_view text) {
  const nlohmann::json root = nlohmann::json::parse(text, nullptr, false);
  if (root.is_discarded()) return no_json(text);
  if (const auto other = not_of_this_schema(root)) return *other;

  std::optional<fault> wrong;
  const json_place top(root, wrong);
  journal::header run;
  fields(top, run);
  std::vector<subject> subjects;
  top.at("variants").each([&](const json_place& variant) {
    subjects.push_back(read_variant(variant, run));
  });
  if (wrong) return *wrong;
  for (subject& s : subjects) s.summary = analysis::summarize(s.timeline);
  return subjects;
}

}  // namespace lambdaprof::report
