// SPDX-License-Identifier: Apache-2.0
#include "report/telemetry_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"
#include "journal/request_id.hpp"
#include "report/number.hpp"

namespace lambdaprof::report {
namespace {

using json = nlohmann::ordered_json;
using journal::telemetry_api;

constexpr std::string_view version = "$LATEST";
constexpr std::string_view lambda_managed_instances = "lambda-managed-instances";

telemetry_api api_of(telemetry_schema s) {
  return s < telemetry_schema::telemetry_2022_07_01 ? telemetry_api::logs
                                                    : telemetry_api::telemetry;
}

/// As AWS counts: to the microsecond, the rest cut off.
double ms_of(span s) {
  return static_cast<double>(std::chrono::floor<std::chrono::microseconds>(s).count()) / 1000;
}

struct record {
  const char* type;
  json body;
};

/// One event in one schema: each `of` is nothing where the schema does not have it.
class renderer {
 public:
  renderer(const journal::journal& j, telemetry_schema s, utc_time origin)
      : journal_(j),
        function_(j.conditions().function),
        schema_(s),
        is_logs_(api_of(s) == telemetry_api::logs),
        origin_(origin) {}

  using maybe = std::optional<record>;

  maybe of(const told::init_start& e) const {
    if (is_logs_) return std::nullopt;
    json body{{"initializationType", type_of(e.is_provisioned)}, {"phase", e.phase}};
    put_function(body);
    return record{"platform.initStart", std::move(body)};
  }
  maybe of(const told::init_runtime_done& e) const {
    if (is_logs_) return std::nullopt;
    json body{{"initializationType", type_of(e.is_provisioned)}, {"phase", e.phase}};
    put(body, e.how);
    return record{"platform.initRuntimeDone", std::move(body)};
  }
  maybe of(const told::init_report& e) const {
    if (is_logs_) return std::nullopt;
    json body{{"initializationType", type_of(e.is_provisioned)}, {"phase", e.phase}};
    put(body, e.how);
    body["metrics"]["durationMs"] = ms_of(e.took);
    return record{"platform.initReport", std::move(body)};
  }

  // The Logs API has got these later, in its second schema.
  maybe of(const told::restore_start&) const {
    if (is_first()) return std::nullopt;
    json body;
    put_function(body);
    return record{"platform.restoreStart", std::move(body)};
  }
  maybe of(const told::restore_runtime_done& e) const {
    if (is_first()) return std::nullopt;
    json body;
    put(body, e.how);
    return record{"platform.restoreRuntimeDone", std::move(body)};
  }
  maybe of(const told::restore_report& e) const {
    if (is_first()) return std::nullopt;
    json body;
    put(body, e.how);
    body["metrics"]["durationMs"] = ms_of(e.took);
    return record{"platform.restoreReport", std::move(body)};
  }

  /// No trace: ours are never sampled, and no fact of the journal tells of a caller's.
  maybe of(const told::start& e) const {
    return record{"platform.start", {{"requestId", name(e.inv)}, {"version", version}}};
  }
  maybe of(const told::runtime_done& e) const {
    if (is_first()) return std::nullopt;
    json body{{"requestId", name(e.inv)}};
    if (is_logs_) {
      // The guide knows three words for it, and nothing else in the record.
      body["status"] = e.how.status == "error" ? "failure" : e.how.status;
    } else {
      put(body, e.how);
      put(body, e.parts);
      json& metrics = body["metrics"];
      metrics["durationMs"] = ms_of(e.took);
      if (e.bytes) metrics["producedBytes"] = *e.bytes;
    }
    return record{"platform.runtimeDone", std::move(body)};
  }
  maybe of(const told::fault& e) const {
    if (!is_logs_) return std::nullopt;
    return record{"platform.fault", text(e.text)};
  }
  maybe of(const told::end& e) const {
    if (!is_logs_) return std::nullopt;
    return record{"platform.end", {{"requestId", name(e.inv)}}};
  }
  maybe of(const told::report& e) const {
    json body{{"requestId", name(e.inv)}};
    if (!is_logs_) put(body, e.how);
    json& metrics = body["metrics"];
    metrics["durationMs"] = ms_of(e.took);
    if (e.paid) put(metrics, *e.paid);
    if (!is_logs_) put(body, e.parts);
    return record{"platform.report", std::move(body)};
  }

  maybe of(const told::extension& e) const {
    json events = json::array();
    if (e.invoke) events.push_back("INVOKE");
    if (e.shutdown) events.push_back("SHUTDOWN");
    json body{{"name", text(e.name)}, {"state", e.state}, {"events", std::move(events)}};
    if (!e.error_type.empty()) body["errorType"] = text(e.error_type);
    return record{"platform.extension", std::move(body)};
  }
  /// Told to those of the same API only: neither guide lists the other's, and a reader that knows
  /// its own list drops the whole batch.
  maybe of(const told::subscription& e) const {
    if (api_of(schema_) != e.api) return std::nullopt;
    json types = json::array();
    if (e.platform) types.push_back("platform");
    if (e.function) types.push_back("function");
    if (e.extension) types.push_back("extension");
    return record{is_logs_ ? "platform.logsSubscription" : "platform.telemetrySubscription",
                  {{"name", text(e.name)}, {"state", e.state}, {"types", std::move(types)}}};
  }
  maybe of(const told::dropped& e) const {
    return record{"platform.logsDropped",
                  {{"droppedBytes", e.bytes},
                   {"droppedRecords", e.records},
                   {"reason",
                    "Some logs were dropped because the downstream consumer is slower than the "
                    "logs production rate"}}};
  }

  std::string time(instant at, span skipped) const {
    return utc_text(origin_ +
                    std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch() - skipped));
  }
  /// Of the event whose parts are to be written.
  renderer& skipping(span s) {
    skipped_ = s;
    return *this;
  }

 private:
  bool is_first() const { return schema_ == telemetry_schema::logs_2020_08_15; }

  std::string name(invocation_id inv) const {
    return journal::request_id(journal_.conditions().seed, inv);
  }
  static std::string text(std::string_view t) { return valid_utf8(t); }
  std::string type_of(bool is_provisioned) const {
    return is_provisioned ? "provisioned-concurrency" : text(function_.initialization);
  }
  std::string text(journal::text_id t) const { return valid_utf8(journal_.text(t)); }

  /// The runtime has no version here, and the name of the log stream is in no fact.
  void put_function(json& body) const {
    body["functionName"] = text(function_.name);
    body["functionVersion"] = version;
    // In bytes, as it was recorded; the guide's example looks like MB.
    if (function_.memory_mb > 0) body["instanceMaxMemory"] = function_.memory_mb * bytes_per_mb;
  }
  static void put(json& body, const told::ending& how) {
    body["status"] = how.status;
    if (!how.error_type.empty()) body["errorType"] = text(how.error_type);
  }
  void put(json& body, const std::vector<told::part>& parts) const {
    if (parts.empty()) return;
    json& spans = body["spans"] = json::array();
    for (const told::part& p : parts)
      spans.push_back(
          {{"name", p.name}, {"start", time(p.start, skipped_)}, {"durationMs", ms_of(p.took)}});
  }
  static void put(json& metrics, const told::costs& c) {
    metrics["billedDurationMs"] = c.billed_ms;
    metrics["memorySizeMB"] = c.memory_mb;
    metrics["maxMemoryUsedMB"] = c.peak_mb;
    if (c.init) metrics["initDurationMs"] = ms_of(*c.init);
    if (!c.restore) return;
    metrics["restoreDurationMs"] = ms_of(*c.restore);
    metrics["billedRestoreDurationMs"] =
        std::chrono::ceil<std::chrono::milliseconds>(*c.restore).count();
  }

  const journal::journal& journal_;
  const journal::function_facts& function_;
  telemetry_schema schema_;
  bool is_logs_;
  utc_time origin_;
  span skipped_{};
};

/// Only an object: of a line that is `7` or `"x"` nobody knows whether it was meant as JSON.
bool is_json_object(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] == '{' &&
         nlohmann::json::accept(line.begin(), line.end());
}

bool logs_json(const journal::function_facts& f) {
  return f.initialization == lambda_managed_instances ||
         std::any_of(f.variables.begin(), f.variables.end(), [](const auto& variable) {
           return variable.first == "AWS_LAMBDA_LOG_FORMAT" && variable.second == "JSON";
         });
}

std::string event_text(std::string_view time, std::string_view type, std::string_view record) {
  std::string all;
  all.reserve(time.size() + type.size() + record.size() + 32);
  return all.append(R"({"time":")")
      .append(time)
      .append(R"(","type":")")
      .append(type)
      .append(R"(","record":)")
      .append(record)
      .append("}");
}

}  // namespace

telemetry_schema schema_of(telemetry_api api, std::string_view version_text) {
  if (api == telemetry_api::logs)
    return version_text == "2020-08-15" ? telemetry_schema::logs_2020_08_15
                                        : telemetry_schema::logs_2021_03_18;
  if (version_text == "2022-07-01") return telemetry_schema::telemetry_2022_07_01;
  if (version_text == "2022-12-13") return telemetry_schema::telemetry_2022_12_13;
  return telemetry_schema::telemetry_2025_01_29;
}

telemetry_writer::telemetry_writer(const journal::journal& j)
    : journal_(j),
      origin_(parse_utc(j.conditions().started_at).value_or(utc_time{})),
      logs_are_json_(logs_json(j.conditions().function)) {}

std::optional<std::string> telemetry_writer::text(const telemetry_event& e,
                                                  telemetry_schema s) const {
  renderer r(journal_, s, origin_);
  const std::string time = r.time(e.at, e.skipped);
  if (const auto* line = std::get_if<told::line>(&e.what)) {
    const std::string_view said = journal_.text(line->text);
    // As it was written, with its numbers and its order, and however deep it is.
    const bool as_it_is =
        s >= telemetry_schema::telemetry_2022_12_13 && logs_are_json_ && is_json_object(said);
    return event_text(time, e.of == telemetry_class::function ? "function" : "extension",
                      as_it_is ? std::string(said) : json(valid_utf8(said)).dump());
  }
  r.skipping(e.skipped);
  const auto record = std::visit(
      [&](const auto& told) -> renderer::maybe {
        if constexpr (std::is_same_v<std::decay_t<decltype(told)>, told::line>)
          return std::nullopt;
        else
          return r.of(told);
      },
      e.what);
  if (!record) return std::nullopt;
  return event_text(time, record->type, record->body.dump());
}

}  // namespace lambdaprof::report
