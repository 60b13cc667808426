// SPDX-License-Identifier: Apache-2.0
#include "environment/process_environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace lambdaprof::environment {
namespace {

constexpr std::string_view region = "us-east-1";
constexpr std::string_view account = "012345678912";
constexpr std::string_view xray_address = "169.254.100.1";
constexpr std::string_view xray_port = "2000";
// The emulator hands out no rights; clients only need something to sign with.
constexpr std::string_view credential = "test";

constexpr std::string_view credentials_path = "/2021-04-23/credentials";

using variable_map = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 18> reserved{
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
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
};

}  // namespace

bool is_reserved(std::string_view name) {
  return std::ranges::find(reserved, name) != reserved.end();
}

std::string_view account_id() {
  return account;
}

std::string function_arn(const function& f) {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", region, account, f.name);
}

std::string_view initialization_type(const function& f, capacity c) {
  if (c == capacity::provisioned) return "provisioned-concurrency";
  if (f.max_concurrency > 0) return "lambda-managed-instances";
  return f.snap_start ? "snap-start" : "on-demand";
}

namespace {

void add_customers(variable_map& all, const function& f) {
  for (const auto& [name, value] : f.variables)
    if (!name.starts_with('_') && !is_reserved(name)) all.insert_or_assign(name, value);
}

/// What makes Go, Python and the dynamic loader say on standard error how they spend a start. Where
/// they are not there, nobody reads it.
void add_init_trace(variable_map& all) {
  std::string& go = all["GODEBUG"];
  go += go.empty() ? "inittrace=1" : ",inittrace=1";
  all["PYTHONPROFILEIMPORTTIME"] = "1";
  all["LD_DEBUG"] = "statistics";
}

/// What the runtime and extensions are both told.
void add_common(variable_map& all, const function& f, capacity c, std::string_view runtime_api,
                std::string_view token) {
  all["AWS_LAMBDA_RUNTIME_API"] = runtime_api;
  all["AWS_LAMBDA_FUNCTION_NAME"] = f.name;
  all["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
  all["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(f.memory_mb);
  all["AWS_LAMBDA_INITIALIZATION_TYPE"] = initialization_type(f, c);
  all["AWS_REGION"] = region;
  all["AWS_DEFAULT_REGION"] = region;
  if (f.max_concurrency > 0) all["AWS_LAMBDA_MAX_CONCURRENCY"] = std::to_string(f.max_concurrency);
  if (f.snap_start) {
    // Keys in a snapshot would be those of all environments made from it, and long out of date.
    all["AWS_CONTAINER_CREDENTIALS_FULL_URI"] =
        fmt::format("http://{}{}", runtime_api, credentials_path);
    all["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = token;
    return;
  }
  all["AWS_ACCESS_KEY_ID"] = credential;
  all["AWS_SECRET_ACCESS_KEY"] = credential;
  all["AWS_SESSION_TOKEN"] = credential;
}

std::vector<std::string> lines_of(const variable_map& all) {
  std::vector<std::string> lines;
  lines.reserve(all.size());
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

variable_map defaults(const function& f) {
  return {
      {"TZ", ":UTC"},
      {"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
      // The task root is in it, so that libraries which come with the function are found here too.
      {"LD_LIBRARY_PATH",
       fmt::format(
           "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:{0}:{0}/lib:/opt/lib",
           f.directory)},
  };
}

}  // namespace

std::vector<std::string> variables_for(const function& f, capacity c, std::string_view runtime_api,
                                       std::string_view log_stream, std::string_view token) {
  variable_map all = defaults(f);
  all["LANG"] = "en_US.UTF-8";
  all["AWS_XRAY_CONTEXT_MISSING"] = "LOG_ERROR";
  all["AWS_XRAY_DAEMON_ADDRESS"] = fmt::format("{}:{}", xray_address, xray_port);
  add_customers(all, f);
  if (f.traces_init) add_init_trace(all);
  add_common(all, f, c, runtime_api, token);
  if (!f.snap_start) {
    all["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/" + f.name;
    all["AWS_LAMBDA_LOG_STREAM_NAME"] = log_stream;
  }
  all["LAMBDA_TASK_ROOT"] = f.directory;
  all["LAMBDA_RUNTIME_DIR"] = "/var/runtime";
  all["_HANDLER"] = f.handler;
  all["_AWS_XRAY_DAEMON_ADDRESS"] = xray_address;
  all["_AWS_XRAY_DAEMON_PORT"] = xray_port;
  return lines_of(all);
}

std::vector<std::string> extension_variables_for(const function& f, capacity c,
                                                 std::string_view runtime_api,
                                                 std::string_view token) {
  variable_map all = defaults(f);
  add_customers(all, f);
  for (const std::string_view name : {"AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS"})
    if (const auto at = all.find(name); at != all.end()) all.erase(at);
  add_common(all, f, c, runtime_api, token);
  return lines_of(all);
}

std::string credentials_body(std::string_view expiration) {
  return fmt::format(
      R"({{"AccessKeyId":"{0}","SecretAccessKey":"{0}","Token":"{0}","Expiration":"{1}"}})",
      credential, expiration);
}

}  // namespace lambdaprof::environment
