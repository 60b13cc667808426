// SPDX-License-Identifier: Apache-2.0
#include "report/log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "report/number.hpp"
#include "report/width.hpp"

namespace lambdaprof::report {
namespace {

using journal::outcome;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

/// "Category.Reason" where `type` holds it, else nothing.
std::string_view reason_in(std::string_view category, std::string_view type) {
  for (std::size_t at = type.find(category); at != std::string_view::npos;
       at = type.find(category, at + 1)) {
    const std::string_view found = type.substr(at);
    const std::string_view reason = found.substr(category.size());
    const auto length = static_cast<std::size_t>(
        std::find_if_not(reason.begin(), reason.end(), is_letter) - reason.begin());
    if (length >= 2 && is_upper(reason.front())) return found.substr(0, category.size() + length);
  }
  return {};
}

/// What a function says of itself is kept only if it has this form (lambda-protocol §1.5).
std::string_view category_and_reason(std::string_view type) {
  for (const std::string_view category : {"Runtime.", "Function."})
    if (const auto found = reason_in(category, type); !found.empty()) return found;
  return type.starts_with("Function.") ? "Function.Unknown" : "Runtime.Unknown";
}

std::string type_in(std::string_view payload) {
  const auto body = nlohmann::json::parse(payload, nullptr, false);
  const auto type = body.is_object() ? body.find("errorType") : body.end();
  const bool is_text = type != body.end() && type->is_string();
  return is_text ? type->get<std::string>() : std::string();
}

/// Where nothing was posted with a header, its body says it as well.
std::string reported_type(std::string_view payload, std::string_view type) {
  return std::string(type.empty() ? category_and_reason(type_in(payload)) : type);
}

/// Its own header decides, which the payload repeats.
std::string extension_type(std::string_view payload, std::string_view type) {
  if (!type.empty()) return std::string(type);
  const std::string named = type_in(payload);
  const std::string_view found = reason_in("Extension.", named);
  return std::string(found.empty() ? "Extension.ExitError" : found);
}

/// "[INVOKE, SHUTDOWN]".
std::string list_of(std::initializer_list<std::pair<bool, const char*>> all) {
  std::string text;
  for (const auto& [is_there, name] : all)
    if (is_there) text += (text.empty() ? "" : ", ") + std::string(name);
  return "[" + text + "]";
}

}  // namespace

std::string status_text(outcome how, std::string_view payload, std::string_view type) {
  const auto error = [](std::string_view name) {
    return fmt::format("Status: error\tError Type: {}", name);
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
    case outcome::restore_error:
      return error(reported_type(payload, type));
    case outcome::extension_exited:
      return error("Extension.Crash");
    case outcome::extension_error:
      return error(extension_type(payload, type));
    case outcome::extension_launch:
      return error("Extension.LaunchError");
    case outcome::timed_out:
      return "Status: timeout";
    default:
      return {};
  }
}

std::string init_report_text(span init, init_phase phase, std::string_view status) {
  std::string line = fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: {}",
                                 milliseconds(init), phase == init_phase::init ? "init" : "invoke");
  if (!status.empty()) line.append("\t").append(status);
  return line;
}

std::string restore_report_text(span restore, std::string_view status) {
  std::string line =
      fmt::format("RESTORE_REPORT Restore Duration: {:.2f} ms", milliseconds(restore));
  if (!status.empty()) line.append("\t").append(status);
  return line;
}

std::string extension_text(std::string_view name, std::string_view state,
                           const extension_events& events, std::string_view type) {
  std::string line =
      fmt::format("EXTENSION\tName: {}\tState: {}\tEvents: {}", printable(name), state,
                  list_of({{events.invoke, "INVOKE"}, {events.shutdown, "SHUTDOWN"}}));
  if (!type.empty()) line += "\tError Type: " + printable(type);
  return line;
}

std::string subscription_text(std::string_view name, const journal::fact::subscribed& what) {
  return fmt::format("{}\tName: {}\tState: Subscribed\tTypes: {}",
                     what.api == journal::telemetry_api::logs ? "LOGS" : "TELEMETRY",
                     printable(name),
                     list_of({{what.platform, "Platform"},
                              {what.function, "Function"},
                              {what.extension_logs, "Extension"}}));
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
  if (c.restore)
    line += fmt::format("Restore Duration: {:.2f} ms\tBilled Restore Duration: {} ms\t",
                        milliseconds(*c.restore), c.billed_restore_ms);
  if (c.init) line += fmt::format("Init Duration: {:.2f} ms\t", milliseconds(*c.init));
  return line.append(status);
}

}  // namespace lambdaprof::report
