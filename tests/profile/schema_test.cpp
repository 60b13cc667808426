// SPDX-License-Identifier: Apache-2.0
// That the schema, the shipped profiles and the documentation say what the field table says.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "profile/fields.hpp"
#include "profile/file.hpp"
#include "profile/plan.hpp"
#include "profile/print.hpp"
#include "profile/read.hpp"
#include "support/places.hpp"

using namespace lambdaprof;
using namespace lambdaprof::profile;

namespace {

std::string shipped(const std::string& name) {
  return std::string(support::source_dir) + "/profiles/" + name;
}

const json* property(const json& schema, const std::string& path) {
  const json* at = &schema;
  std::string rest = path;
  while (true) {
    const std::size_t dot = rest.find('.');
    const std::string key = rest.substr(0, dot);
    if (!at->contains("properties") || !(*at)["properties"].contains(key)) return nullptr;
    at = &(*at)["properties"][key];
    if (dot == std::string::npos) return at;
    rest.erase(0, dot + 1);
  }
}

}  // namespace

TEST_CASE("the fields have different paths, and each says what it is and what it expects") {
  std::set<std::string> paths;
  for (const field& f : fields()) {
    CAPTURE(f.path);
    CHECK(paths.insert(f.path).second);
    CHECK(f.says.ends_with('.'));
    CHECK_FALSE(f.expects.empty());
    CHECK((f.use == flag_use::replaces) == !f.add);
    CHECK(find_field(f.path) == &f);
  }
  CHECK(find_field("function") == nullptr);
  CHECK(find_field("") == nullptr);
}

TEST_CASE("every default can be set as it is told") {
  const lambdaprof::profile::profile defaults;
  for (const field& f : fields()) {
    CAPTURE(f.path);
    lambdaprof::profile::profile p;
    REQUIRE(f.set(p, f.tell(defaults), {}));
    CHECK(f.tell(p) == f.tell(defaults));
  }
}

TEST_CASE("the schema has every field with its description and default, and nothing else") {
  const auto schema = parse_json(profile_schema(), "schema");
  REQUIRE(schema);
  std::size_t leaves = 0;
  for (const auto& [key, value] : (*schema)["properties"].items())
    leaves += value.contains("default") ? 1 : value["properties"].size();
  CHECK(leaves == fields().size());
  for (const field& f : fields()) {
    CAPTURE(f.path);
    const json* found = property(*schema, f.path);
    REQUIRE(found != nullptr);
    CHECK((*found)["description"].get<std::string>().starts_with(f.says));
    CHECK((*found)["default"] == f.tell({}));
    for (const auto& [key, value] : f.schema.items()) CHECK((*found)[key] == value);
  }
  CHECK((*schema)["additionalProperties"] == false);
  CHECK((*schema)["properties"]["load"]["additionalProperties"] == false);
  CHECK((*schema)["$defs"]["phase"]["properties"].size() == 7);
}

TEST_CASE("the schema of a variant has the fields that may vary, without defaults") {
  const auto schema = parse_json(profile_schema(), "schema");
  REQUIRE(schema);
  const json& variant = (*schema)["$defs"]["variant"];
  CHECK(variant["additionalProperties"] == false);
  CHECK(variant["properties"]["function"]["additionalProperties"] == false);
  for (const field& f : fields()) {
    CAPTURE(f.path);
    const json* found = property(variant, f.path);
    CHECK((found != nullptr) == f.varies);
    if (found != nullptr) CHECK_FALSE(found->contains("default"));
  }
  CHECK(variant["properties"].size() == 5);
}

TEST_CASE("the default profile that is shipped names every key and changes nothing") {
  const auto read = read_profile(shipped("default.json"));
  CHECK_MESSAGE(read.has_value(), (read ? "" : to_string(read.error())));
  REQUIRE(read);
  CHECK(check(*read));
  const auto tree = parse_json(*read_file(shipped("default.json"), 1'000'000), "default.json");
  REQUIRE(tree);
  for (const field& f : fields()) {
    CAPTURE(f.path);
    CHECK(f.tell(*read) == f.tell({}));
    const std::size_t dot = f.path.find('.');
    const json& section = dot == std::string::npos ? *tree : (*tree)[f.path.substr(0, dot)];
    CHECK(section.contains(f.path.substr(section_of(f).size())));
  }
  CHECK(load::describe(plan_of(*read)) == load::describe(plan_of({})));
}

TEST_CASE("the other profiles that are shipped mean what they say") {
  const auto idle = read_profile(shipped("burst-after-idle.json"));
  REQUIRE(idle);
  CHECK(check(*idle));
  CHECK(load::describe(plan_of(*idle)) == "fresh, 5 × (idle 15 m, 50 at once)");

  const auto open = read_profile(shipped("open-loop.json"));
  REQUIRE(open);
  CHECK(check(*open));
  CHECK(load::describe(plan_of(*open)) == "fresh, Poisson 20/s for 60 s");
  REQUIRE(open->events.size() == 2);
  CHECK(open->events[0].weight == 2);
}

TEST_CASE("the documentation has a row for every key") {
  const auto text = read_file(shipped("README.md"), 1'000'000);
  REQUIRE(text);
  for (const field& f : fields()) {
    CAPTURE(f.path);
    CHECK(text->find("| `" + f.path + "` |") != std::string::npos);
  }
}

TEST_CASE("the other examples in the documentation are profiles that can be meant") {
  const std::string text = *read_file(shipped("README.md"), 1'000'000);
  std::size_t examples = 0;
  for (std::size_t at = text.find("```json\n"); at != std::string::npos;
       at = text.find("```json\n", at + 1)) {
    const auto read =
        read_profile_text(text.substr(at + 8, text.find("```", at + 8) - at - 8), "README.md");
    CHECK_MESSAGE(read.has_value(), (read ? "" : to_string(read.error())));
    if (!read) continue;
    ++examples;
    CHECK(check(*read));
    if (!read->variants.empty()) CHECK(check_variants(read->variants, read->trial.base));
  }
  CHECK(examples == 3);
}

TEST_CASE("the default load written as a plan in the documentation is the default load") {
  const std::string text = *read_file(shipped("README.md"), 1'000'000);
  const std::size_t begin = text.find("```json\n");
  REQUIRE(begin != std::string::npos);
  const std::size_t end = text.find("```", begin + 8);
  const auto read = read_profile_text(text.substr(begin + 8, end - begin - 8), "README.md");
  CHECK_MESSAGE(read.has_value(), (read ? "" : to_string(read.error())));
  REQUIRE(read);
  CHECK(check(*read));
  CHECK(load::describe(plan_of(*read)) == load::describe(plan_of({})));
}
