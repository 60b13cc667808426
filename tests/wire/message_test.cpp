// SPDX-License-Identifier: Apache-2.0
#include "wire/message.hpp"

#include <doctest/doctest.h>

using namespace lambdaprof;

TEST_CASE("a header is found whatever the case of its name") {
  wire::header_list headers;
  headers.add("lambda-runtime-function-ERROR-type", "Runtime.Boom");
  CHECK(headers.find("Lambda-Runtime-Function-Error-Type") == "Runtime.Boom");
  CHECK_FALSE(headers.find("Lambda-Runtime-Function-Error-Typ"));
}

TEST_CASE("the first of two headers with the same name counts") {
  wire::header_list headers;
  headers.add("Trailer", "a");
  headers.add("trailer", "b");
  CHECK(headers.find("Trailer") == "a");
  CHECK(headers.size() == 2);
}

TEST_CASE("an empty header is present") {
  wire::header_list headers;
  headers.add("Content-Type", "");
  CHECK(headers.find("content-type") == "");
}

TEST_CASE("nothing of a cleared request is found again, even where its memory is reused") {
  wire::request r;
  r.method = "POST";
  r.target = "/x";
  r.headers.add("Content-Type", "a value that is too long to be stored inside the string itself");
  r.trailers.add("T", "1");
  r.body = "body";
  r.body_bytes = 4;
  r.body_state = wire::body_state::truncated;
  r.clear();
  CHECK(r.method.empty());
  CHECK(r.target.empty());
  CHECK(r.body.empty());
  CHECK(r.body_bytes == 0);
  CHECK(r.body_state == wire::body_state::complete);
  CHECK_FALSE(r.headers.find("Content-Type"));
  CHECK_FALSE(r.trailers.find("T"));
  r.headers.add("Host", "h");
  CHECK(r.headers.size() == 1);
  CHECK(r.headers.begin()->value == "h");
}
