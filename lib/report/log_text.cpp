// SPDX-License-Identifier: Apache-2.0
#include "report/log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lambdaprof::report {
namespace {

using journal::outcome;

constexpr std::int64_t bytes_per_mb = 1024 * 1024;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

/// "Runtime.Reason" or "Function.Reason" where `type` holds one: what a function says of itself is
/// kept only if it has this form (lambda-protocol §1.5).
std::string_view category_and_reason(std::string_view type) {
  for (const std::string_view category : {"Runtime.", "Function."}) {
    for (std::size_t at = type.find(category); at != std::string_view::npos;
         at = type.find(category, at + 1)) {
      const std::string_view found = type.substr(at);
      const std::string_view reason = found.substr(category.size());
      const auto length = static_cast<std::size_t>(
          std::find_if_not(reason.begin(), reason.end(), is_letter) - reason.begin());
      if (length >= 2 && is_upper(reason.front())) return found.substr(0, category.size() + length);
    }
  }
  return type.starts_with("Function.") ? "Function.Unknown" : "Runtime.Unknown";
}

/// AWS takes it from a header that the journal does not have; runtimes put the same into the body.
std::string reported_type(std::string_view payload) {
  const auto body = nlohmann::json::parse(payload, nullptr, false);
  const auto type = body.is_object() ? body.find("errorType") : body.end();
  const bool is_text = type != body.end() && type->is_string();
  return std::string(
      category_and_reason(is_text ? type->get_ref<const std::string&>() : std::string()));
}

}  // namespace

std::string status_text(outcome how, std::string_view payload) {
  const auto error = [](std::string_view type) {
    return fmt::format("Status: error\tError Type: {}", type);
  };
  switch (how) {
    case outcome::exited:
    case outcome::killed:
      return error("Runtime.ExitError");
    case outcome::out_of_memory:
      return error("Runtime.OutOfMemory");
    case outcome::launch_error:
      return error("Runtime.InvalidEntrypoint");
    case outcome::init_error:
      return error(reported_type(payload));
    case outcome::timed_out:
      return "Status: timeout";
    default:
      return {};
  }
}

std::string init_report_text(span init, init_phase phase, std::string_view status) {
  return fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: {}\t{}", milliseconds(init),
                     phase == init_phase::init ? "init" : "invoke", status);
}

std::string start_text(std::string_view request_id) {
  return fmt::format("START RequestId: {} Version: $LATEST", request_id);
}

std::string end_text(std::string_view request_id) {
  return fmt::format("END RequestId: {}", request_id);
}

std::string report_text(std::string_view request_id, const analysis::charge& c,
                        std::int64_t memory_mb, std::int64_t peak_bytes, std::string_view status) {
  std::string line = fmt::format(
      "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\t",
      request_id, milliseconds(c.duration), c.billed_ms, memory_mb);
  if (peak_bytes >= 0)
    line += fmt::format("Max Memory Used: {} MB\t", (peak_bytes + bytes_per_mb - 1) / bytes_per_mb);
  if (c.init) line += fmt::format("Init Duration: {:.2f} ms\t", milliseconds(*c.init));
  return line.append(status);
}

}  // namespace lambdaprof::report
