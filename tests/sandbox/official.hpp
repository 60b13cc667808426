// SPDX-License-Identifier: Apache-2.0
// Functions on the official clients, as sample-functions/build-official has built them, and what
// the log and the extension on the official crate say of their runs.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "journal/request_id.hpp"
#include "report/lambda_log.hpp"
#include "sandbox/trial.hpp"
#include "support/places.hpp"
#include "support/skip.hpp"

namespace lambdaprof::support {

inline std::string official_file(const std::string& name) {
  const bool is_extension = name == "extension-rust";
  return std::string(support::official_dir) + "/" + name +
         (is_extension ? "/telemetry-recorder" : "/bootstrap");
}

/// Why a test on these has to be skipped, if it has to be.
inline std::optional<std::string> missing(std::initializer_list<const char*> names) {
  for (const std::string name : names)
    if (!std::filesystem::exists(official_file(name)))
      return name + " is not built: its toolchain is missing";
  return std::nullopt;
}

struct official : trial {
  explicit official(const std::string& name, const std::string& mode = "") : trial(name) {
    settings.function.command = {official_file(name)};
    settings.function.directory = std::filesystem::path(official_file(name)).parent_path();
    settings.function.memory_mb = 512;
    settings.freezes = true;
    if (!mode.empty()) settings.function.variables = {{"MODE", mode}};
    plan = {load::sequential{2}};
  }
};

enum class said_by : std::uint8_t { all, lambda };

/// The log in one text, with the ids of invocations as "#0", times as "TIME", and without whatever
/// was measured.
inline std::string log_of(const journal::journal& j, said_by whom = said_by::all) {
  static const std::regex time(
      R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)");
  static const std::regex measured(
      R"((Init |Billed )?Duration: [0-9.]+ ms\t|(Memory Size|Max Memory Used): \d+ MB\t)");
  std::string all;
  for (const report::lambda_log_line& line : report::lambda_log(j).read())
    if (whom == said_by::all || !line.from) all += line.text + "\n";
  for (std::uint32_t n = 0; n < 10; ++n) {
    const std::string id = journal::request_id(j.conditions().seed, invocation_id{n});
    all = std::regex_replace(all, std::regex(id), "#" + std::to_string(n));
  }
  return std::regex_replace(std::regex_replace(all, time, "TIME"), measured, "");
}

/// What Lambda itself writes of an invocation that went well, or of which the process came through.
inline std::string lines_of(const std::string& id, const std::string& between = "") {
  return "START RequestId: " + id + " Version: $LATEST\n" + between + "END RequestId: " + id +
         "\nREPORT RequestId: " + id + "\t\n";
}

/// The payload that an invoker saw of a failed invocation.
inline nlohmann::json error_of(const analysis::invocation_row& row) {
  return nlohmann::json::parse(row.error);
}

/// The file into which the extension on the official crate writes what it is told.
class record {
 public:
  /// Not below /tmp, of which each environment may have its own.
  explicit record(trial& t)
      : path_(std::string(support::binary_dir) + "/record-" + std::to_string(::getpid()) +
              ".jsonl") {
    std::filesystem::remove(path_);
    t.settings.function.variables.emplace_back("RECORD_FILE", path_);
    t.settings.function.variables.emplace_back("LINGER_MS", "200");
    t.add_extension(official_file("extension-rust"));
  }
  record(const record&) = delete;
  record& operator=(const record&) = delete;
  ~record() { std::filesystem::remove(path_); }

  /// Its own events if `key` is "eventType", telemetry if it is "type", in the order of arrival.
  std::vector<nlohmann::json> events(const char* key) const {
    std::vector<nlohmann::json> all;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);)
      if (auto event = nlohmann::json::parse(line); event.contains(key)) all.push_back(event);
    return all;
  }
  /// The records of that type of telemetry.
  std::vector<nlohmann::json> records(const char* type) const {
    std::vector<nlohmann::json> all;
    for (const nlohmann::json& event : events("type"))
      if (event["type"] == type) all.push_back(event["record"]);
    return all;
  }
  /// The types of all telemetry, or the words that tell its own events apart, one after the other.
  std::string sequence(const char* key) const {
    std::string all;
    for (const nlohmann::json& event : events(key))
      all += (all.empty() ? "" : " ") + event[key].get<std::string>();
    return all;
  }

 private:
  std::string path_;
};

}  // namespace lambdaprof::support
