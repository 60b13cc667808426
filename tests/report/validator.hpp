// SPDX-License-Identifier: Apache-2.0
// Judges a results file by its JSON Schema, with a validator that is not ours.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "support/command_output.hpp"
#include "support/places.hpp"

namespace lambdaprof::support {

/// What the schema has against a document; empty if nothing.
inline std::string objections(const nlohmann::json& document,
                              const char* schema = "result.schema.json") {
  // Debian's own Python, for which scripts/install has the validator.
  constexpr const char* validate =
      "import json, jsonschema, sys\n"
      "schema, document = (json.load(open(path)) for path in sys.argv[1:])\n"
      "for e in jsonschema.Draft7Validator(schema).iter_errors(document):\n"
      "    print('/'.join(map(str, e.absolute_path)) + ': ' + e.message)\n";
  const std::string path = fmt::format("/tmp/lambdaprof-schema-{}.json", ::getpid());
  std::ofstream(path) << document;
  const std::string command = fmt::format("/usr/bin/python3 -c \"{}\" {}/lib/report/{} {} 2>&1",
                                          validate, support::source_dir, schema, path);
  const command_output found = output_of(command);
  std::filesystem::remove(path);
  REQUIRE_MESSAGE(found.status == 0, found.text);
  return found.text;
}

}  // namespace lambdaprof::support
