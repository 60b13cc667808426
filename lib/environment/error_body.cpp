// SPDX-License-Identifier: Apache-2.0
#include "environment/error_body.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "environment/limits.hpp"

namespace lambdaprof::environment {
namespace {

/// As Go writes them, since the platform does: syscall.Signal's texts.
constexpr std::array<std::string_view, 32> signal_names{"",
                                                        "hangup",
                                                        "interrupt",
                                                        "quit",
                                                        "illegal instruction",
                                                        "trace/breakpoint trap",
                                                        "aborted",
                                                        "bus error",
                                                        "floating point exception",
                                                        "killed",
                                                        "user defined signal 1",
                                                        "segmentation fault",
                                                        "user defined signal 2",
                                                        "broken pipe",
                                                        "alarm clock",
                                                        "terminated",
                                                        "stack fault",
                                                        "child exited",
                                                        "continued",
                                                        "stopped (signal)",
                                                        "stopped",
                                                        "stopped (tty input)",
                                                        "stopped (tty output)",
                                                        "urgent I/O condition",
                                                        "CPU time limit exceeded",
                                                        "file size limit exceeded",
                                                        "virtual timer expired",
                                                        "profiling timer expired",
                                                        "window changed",
                                                        "I/O possible",
                                                        "power failure",
                                                        "bad system call"};

std::string signal_text(int signal) {
  const auto index = static_cast<std::size_t>(signal);
  return signal > 0 && index < signal_names.size() ? std::string(signal_names[index])
                                                   : fmt::format("signal {}", signal);
}

std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

/// The shape of process and timeout errors: the type first.
std::string platform_error(std::string_view type, std::string_view request_id,
                           std::string_view error) {
  return fmt::format(
      R"({{"errorType":{},"errorMessage":{}}})", json_string(valid_utf8(type)),
      json_string(valid_utf8(fmt::format("RequestId: {} Error: {}", request_id, error))));
}

}  // namespace

std::string exit_error(std::string_view request_id, int status, int signal, bool core_dumped) {
  std::string error = "Runtime exited without providing a reason";
  if (signal != 0) {
    error = fmt::format("Runtime exited with error: signal: {}{}", signal_text(signal),
                        core_dumped ? " (core dumped)" : "");
  } else if (status != 0) {
    error = fmt::format("Runtime exited with error: exit status {}", status);
  }
  return platform_error("Runtime.ExitError", request_id, error);
}

std::string out_of_memory_error(std::string_view request_id) {
  return platform_error("Runtime.OutOfMemory", request_id,
                        "Runtime exited with error: signal: killed");
}

std::string launch_error(std::string_view request_id, std::string_view reason) {
  return platform_error("Runtime.InvalidEntrypoint", request_id, reason);
}

std::string timeout_error(std::string_view request_id, span timeout) {
  return platform_error("Sandbox.Timedout", request_id,
                        fmt::format("Task timed out after {:.2f} seconds", seconds(timeout)));
}

std::string managed_timeout_error(span timeout) {
  return fmt::format(
      R"({{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after {:.2f} seconds"}})",
      seconds(timeout));
}

std::string too_large_error(std::uint64_t limit) {
  // What AWS was recorded to say; its emulator adds the size.
  return fmt::format(
      R"({{"errorMessage":"Response payload size exceeded maximum allowed payload size )"
      R"(({} bytes).","errorType":"Function.ResponseSizeTooLarge"}})",
      limit);
}

std::string bad_mode_error(std::string_view request_id) {
  return platform_error("Runtime.InvalidResponseModeHeader", request_id,
                        "Invalid function response mode");
}

std::string extension_exit_error(std::string_view request_id, int status, int signal) {
  // RIE's words: "exit code 0", else those of Go's exec package.
  return platform_error("Extension.Crash", request_id,
                        signal != 0   ? "signal: " + signal_text(signal)
                        : status != 0 ? fmt::format("exit status {}", status)
                                      : std::string("exit code 0"));
}

std::string extension_launch_error(std::string_view request_id, std::string_view reason) {
  return platform_error("Extension.LaunchError", request_id, reason);
}

std::string too_many_extensions_error(std::string_view request_id) {
  return platform_error("Extension.LaunchError", request_id,
                        fmt::format("TooManyExtensions: the limit is {}", most_extensions));
}

std::string extension_error_type(std::string_view header, bool at_init) {
  constexpr std::string_view category = "Extension.";
  const bool is_letter = header.size() > category.size() && header.starts_with(category) &&
                         header[category.size()] >= 'A' && header[category.size()] <= 'Z';
  if (is_letter) return std::string(header);
  return at_init ? "Extension.InitError" : "Extension.ExitError";
}

std::string extension_reported_error(std::string_view request_id, std::string_view type,
                                     std::string_view body) {
  return platform_error(type, request_id, body);
}

std::string restore_timeout_error(std::string_view request_id) {
  return platform_error(
      "Runtime.RestoreHookUserTimeout", request_id,
      fmt::format("Restore timed out after {:.2f} seconds", seconds(restore_limit)));
}

std::string truncated_error(std::string_view request_id) {
  return platform_error("Runtime.TruncatedResponse", request_id,
                        "HTTP request detected as truncated");
}

}  // namespace lambdaprof::environment
