// SPDX-License-Identifier: Apache-2.0
#include "profile/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lambdaprof::profile {
namespace {

// Set by Lambda itself and refused in a function's configuration (lambda-protocol §2.1, column R).
constexpr std::array<std::string_view, 18> reserved{
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
};

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view name_bytes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

std::optional<fault> objection(std::string_view name, const json& value) {
  if (std::find(reserved.begin(), reserved.end(), name) != reserved.end())
    return fault{fault_kind::usage, "Lambda sets this variable itself: it is reserved", step(name),
                 ""};
  if (name.size() < 2 || letters.find(name[0]) == name.npos ||
      name.find_first_not_of(name_bytes) != name.npos)
    return fault{fault_kind::usage,
                 "a variable's name is a letter followed by at least one letter, digit or _",
                 step(name), ""};
  if (!value.is_string())
    return below(step(name), unlike("a text", value, "write the value in quotes"));
  if (!is_clean(value.get_ref<const std::string&>()))
    return below(step(name), unlike("UTF-8 without NUL", value));
  return {};
}

}  // namespace

json variable_set::schema() const {
  return {
      {"type", "object"},
      {"propertyNames", {{"pattern", "^[a-zA-Z][a-zA-Z0-9_]+$"}, {"not", {{"enum", reserved}}}}},
      {"additionalProperties", {{"type", "string"}}}};
}

result<variable_set::value_type> variable_set::read(const json& value, const source&) const {
  if (!value.is_object()) return unlike(expects(), value);
  value_type variables;
  for (const auto& [name, text] : value.items()) {
    if (const auto bad = objection(name, text)) return *bad;
    variables.emplace_back(name, text.get<std::string>());
  }
  return variables;
}

json variable_set::tell(const value_type& variables) const {
  json told = json::object();
  for (const auto& [name, value] : variables) told[name] = value;
  return told;
}

result<json> variable_set::from_text(std::string_view text) const {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0)
    return unlike("a variable", json(text), "write it like NAME=value");
  json one = json::object();
  one[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  return one;
}

void variable_set::add(value_type& variables, const value_type& more) const {
  for (const auto& one : more) {
    const auto same = std::find_if(variables.begin(), variables.end(),
                                   [&](const auto& old) { return old.first == one.first; });
    if (same == variables.end()) {
      variables.push_back(one);
    } else {
      same->second = one.second;
    }
  }
}

std::size_t bytes_of(const variable_set::value_type& variables) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : variables) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace lambdaprof::profile
