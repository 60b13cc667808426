// SPDX-License-Identifier: Apache-2.0
#include "analysis/emf.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

using namespace lambdaprof::analysis;
using nlohmann::json;

namespace {

const char* const sound =
    R"({"_aws":{"Timestamp":1700000000000,"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["Function"]],)"
    R"("Metrics":[{"Name":"Duration","Unit":"Milliseconds","StorageResolution":1},{"Name":"CacheHit","Unit":"Count"},)"
    R"({"Name":"Sizes"}]}]},"Function":"f","Duration":1.25,"CacheHit":0,"Sizes":[1,2,3.5],"note":"x"})";

/// The complaint about the sound line after a change of it.
std::string complaint(const char* pointer, const json& value) {
  json line = json::parse(sound);
  line[json::json_pointer(pointer)] = value;
  const auto read = read_emf(line.dump());
  REQUIRE(read);
  CHECK(read->metrics.empty() == !read->complaint.empty());
  return read->complaint;
}

std::string complaint_without(const char* parent, const char* key) {
  json line = json::parse(sound);
  line[json::json_pointer(parent)].erase(key);
  const auto read = read_emf(line.dump());
  REQUIRE(read);
  return read->complaint;
}

}  // namespace

TEST_CASE("a line has the metrics that it names, with one value or several") {
  const auto line = read_emf(sound);
  REQUIRE(line);
  CHECK(line->complaint == "");
  REQUIRE(line->metrics.size() == 3);
  CHECK(line->metrics[0].space == "shop");
  CHECK(line->metrics[0].name == "Duration");
  CHECK(line->metrics[0].unit == "Milliseconds");
  CHECK(line->metrics[0].values == std::vector{1.25});
  CHECK(line->metrics[1].values == std::vector{0.0});
  CHECK(line->metrics[2].unit == "None");
  CHECK(line->metrics[2].values == std::vector<double>{1, 2, 3.5});
  CHECK(read_emf(std::string("  ") + sound + "\r")->metrics.size() == 3);
}

TEST_CASE("other lines are none of it") {
  for (const char* line :
       {"", "{}", "ready", R"(I saw "_aws" today)", R"({"a":{"_aws":{}}})", R"("_aws")"})
    CHECK_FALSE(read_emf(line));
}

TEST_CASE("what CloudWatch would not take is told, and nothing is taken from it") {
  CHECK(read_emf(R"({"_aws":{"Timestamp":1,)")->complaint == "it is not JSON");
  CHECK(read_emf(std::string(sound) + "x")->complaint == "it is not JSON");
  CHECK(complaint("/_aws", 3) == "_aws is no object");
  CHECK(complaint_without("/_aws", "Timestamp") == "_aws has no Timestamp");
  CHECK(complaint_without("/_aws", "CloudWatchMetrics") == "_aws has no list CloudWatchMetrics");
  const char* directive = "/_aws/CloudWatchMetrics/0";
  CHECK(complaint(directive, "x") == "a directive is no object");
  CHECK(complaint_without(directive, "Namespace") == "a directive has no Namespace");
  CHECK(complaint_without(directive, "Dimensions") == "a directive has no list Dimensions");
  CHECK(complaint_without(directive, "Metrics") == "a directive has no list Metrics");
  CHECK(complaint_without("", "Duration") == "Duration is named and not in the line");
  CHECK(complaint_without("", "Function") == "the dimension Function is no text in the line");
  CHECK(complaint("/Function", 3) == "the dimension Function is no text in the line");
  for (const json& value : {json("1"), json(), json(true), json::object(), json(1e200)})
    CHECK(complaint("/Duration", value) == "Duration is no number that CloudWatch takes");
  CHECK(complaint("/Sizes/1", "x") == "Sizes is no number that CloudWatch takes");
  CHECK(complaint("/Sizes", json::array()) == "Sizes has 0 values, and may have 1 to 100");
  CHECK(complaint("/Sizes", std::vector<int>(101, 1)) ==
        "Sizes has 101 values, and may have 1 to 100");
  CHECK(complaint("/Sizes", std::vector<int>(100, 1)) == "");
  CHECK(complaint("/_aws/CloudWatchMetrics/0/Metrics/0/Unit", "Furlongs") ==
        "the unit of Duration is none that CloudWatch knows");
  CHECK(complaint("/_aws/CloudWatchMetrics/0/Metrics/0/StorageResolution", 30) ==
        "the StorageResolution of Duration is neither 1 nor 60");
  CHECK(complaint("/_aws/CloudWatchMetrics/0/Metrics/0", json::object()) == "a metric has no Name");
  CHECK(complaint("/_aws/CloudWatchMetrics/0/Dimensions/0", "x") ==
        "a set of dimensions is no list");
  CHECK(complaint("/_aws/CloudWatchMetrics/0/Dimensions/0/0", 1) ==
        "the name of a dimension is no text");
  CHECK(complaint("/_aws/CloudWatchMetrics/0/Dimensions/0", std::vector<std::string>(31, "a")) ==
        "a set has 31 dimensions, and may have 30");
}

TEST_CASE("a directive has a hundred metrics at most") {
  json line = json::parse(sound);
  json& metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"];
  while (metrics.size() < 100) {
    const std::string name = "m" + std::to_string(metrics.size());
    metrics.push_back({{"Name", name}});
    line[name] = 1;
  }
  CHECK(read_emf(line.dump())->metrics.size() == 100);
  metrics.push_back({{"Name", "m3"}});
  CHECK(read_emf(line.dump())->complaint == "a directive has 101 metrics, and may have 100");
}

TEST_CASE("what two directives publish with other dimensions is there once") {
  json line = json::parse(sound);
  json& directives = line["_aws"]["CloudWatchMetrics"];
  directives.push_back(directives[0]);
  directives[1]["Dimensions"] = json::array();
  CHECK(read_emf(line.dump())->metrics.size() == 3);
  directives[1]["Namespace"] = "other";
  CHECK(read_emf(line.dump())->metrics.size() == 6);
}
