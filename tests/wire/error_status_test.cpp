// SPDX-License-Identifier: Apache-2.0
#include "wire/error_status.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lambdaprof;
using namespace std::string_literals;

TEST_CASE("what a gateway would answer with is the statusCode at the top") {
  CHECK(wire::error_status(R"({"statusCode":500,"body":"{}"})") == 500);
  CHECK(wire::error_status(R"({"body":"{\"statusCode\":200}", "statusCode" : 502 })") == 502);
  CHECK(wire::error_status(R"({"statusCode":"599"})") == 599);
  CHECK(wire::error_status(R"({"body":")" + std::string(70'000, 'x') + R"(","statusCode":502})") ==
        502);
  CHECK(wire::error_status(R"({"statusCode":503)" + "\0\0\0\0\0\0\0\0<html>"s) == 503);
  // The last one counts, as in JavaScript and Python.
  CHECK(wire::error_status(R"({"statusCode":200,"statusCode":500})") == 500);
  CHECK(wire::error_status(R"({"statusCode":500,"statusCode":200})") == 0);
}

TEST_CASE("an answer that says no error has none") {
  for (const std::string& body :
       {""s,
        "{}"s,
        "null"s,
        "statusCode"s,
        R"("statusCode")"s,
        R"({"statusCode":200})"s,
        R"({"statusCode":"418"})"s,
        R"({"statusCode":5})"s,
        R"(["statusCode",502])"s,
        R"([{"statusCode":502}])"s,
        R"({"error":{"statusCode":502}})"s,
        R"({"body":"{\"statusCode\":502}","statusCode":200})"s,
        R"({"statusCode":{"statusCode":502}})"s,
        R"({"statusCode":[502]})"s,
        R"({"statusCode":null})"s,
        R"({"statusCode":true})"s,
        R"({"statusCode":502.5})"s,
        R"({"statusCode":"50x"})"s,
        R"({"statusCode":"5020"})"s,
        R"({"statusCode":600})"s,
        R"({"statusCode":-502})"s,
        R"({"statusCode":5446744073709551615})"s,
        R"({"body":")" + std::string(1 << 20, 'x') + R"(","statusCode":502})"}) {
    CAPTURE(body.substr(0, 100));
    CHECK(wire::error_status(body) == 0);
  }
}

TEST_CASE("of an answer that is cut off counts what came before") {
  CHECK(wire::error_status(R"({"statusCode":500,"body":"xy)") == 500);
  CHECK(wire::error_status(R"({"statusCode":50)") == 0);
  CHECK(wire::error_status(R"({"statusCode":500,)" + std::string(100'000, '[')) == 500);
}
