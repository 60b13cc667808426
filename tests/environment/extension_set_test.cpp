// SPDX-License-Identifier: Apache-2.0
// Who may register, under which name, for what, and who is found again (lambda-protocol §3.2,
// §3.3).
#include "environment/extension_set.hpp"

#include <doctest/doctest.h>

#include "environment/limits.hpp"

namespace lambdaprof::environment {
namespace {

using registration = extension_set::registration;
using signal::registration_body;

struct desk {
  extension_set set;

  explicit desk(const std::vector<extension_file>& files = {}) {
    set.begin(files, 7);
    for (std::uint32_t i = 0; i < files.size(); ++i) set.at(i).process = process_state::running;
  }
  extension_set::enrolment enroll(std::string_view name, bool invoke = true, bool shutdown = false,
                                  registration how = registration::open) {
    return set.enroll({name, registration_body::sound, invoke, shutdown}, how);
  }
  extension_reply refused(std::string_view name, bool invoke = true, bool shutdown = false,
                          registration how = registration::open) {
    return std::get<extension_reply>(enroll(name, invoke, shutdown, how));
  }
};

const std::vector<extension_file> two{{"a", "/opt/a"}, {"b", "/opt/b"}};

}  // namespace

TEST_CASE("external extensions have the numbers of their files, internal ones follow") {
  desk d(two);
  CHECK(std::get<std::uint32_t>(d.enroll("inner")) == 2);
  CHECK(std::get<std::uint32_t>(d.enroll("b", true, true)) == 1);
  CHECK_FALSE(d.set.are_externals_registered());
  CHECK(std::get<std::uint32_t>(d.enroll("a", false, true)) == 0);
  CHECK(d.set.are_externals_registered());
  CHECK(d.set.is_any_internal());
  CHECK(d.set.at(1).external);
  CHECK_FALSE(d.set.at(2).external);
  CHECK(d.set.at(0).wants_shutdown);
  CHECK_FALSE(d.set.at(0).wants_invoke);
}

TEST_CASE("a registration without a name is refused before anything else") {
  desk d;
  const signal::registers nobody{"", registration_body::malformed, false, true};
  CHECK(std::get<extension_reply>(d.set.enroll(nobody, registration::closed)) ==
        extension_reply::empty_name);
}

TEST_CASE("what is no registration is refused, and so is an event that there is not") {
  desk d;
  CHECK(std::get<extension_reply>(d.set.enroll({"x", registration_body::malformed, false, false},
                                               registration::open)) == extension_reply::bad_format);
  CHECK(std::get<extension_reply>(d.set.enroll(
            {"x", registration_body::unknown_event, false, false, "FREEZE"}, registration::open)) ==
        extension_reply::unknown_event);
  CHECK(d.set.empty());
}

TEST_CASE("nobody registers after the runtime has asked for an event") {
  desk d(two);
  CHECK(d.refused("a", true, true, registration::closed) == extension_reply::registration_closed);
  CHECK(d.refused("x", true, false, registration::closed) == extension_reply::registration_closed);
}

TEST_CASE("a managed instance tells its extensions of the end only") {
  desk d(two);
  CHECK(d.refused("a", true, true, registration::for_shutdown_only) ==
        extension_reply::invoke_not_supported);
  CHECK(std::get<std::uint32_t>(d.enroll("a", false, true, registration::for_shutdown_only)) == 0);
}

TEST_CASE("an internal extension cannot be told of the end") {
  desk d;
  CHECK(d.refused("x", true, true) == extension_reply::shutdown_not_supported);
  CHECK(std::get<std::uint32_t>(d.enroll("x")) == 0);
}

TEST_CASE("nobody registers twice") {
  desk d(two);
  d.enroll("a", true, true);
  CHECK(d.refused("a", true, true) == extension_reply::invalid_state);
  d.enroll("x");
  CHECK(d.refused("x") == extension_reply::already_registered);
}

TEST_CASE("who has no process does not register under the name of a file") {
  desk d(two);
  d.set.at(1).process = process_state::ordered;
  CHECK(d.refused("b", true, true) == extension_reply::invalid_state);
  // An internal one is counted after all external ones.
  CHECK(d.refused("x") == extension_reply::invalid_state);
  d.set.at(1).process = process_state::none;
  CHECK(d.refused("b", true, true) == extension_reply::invalid_state);
}

TEST_CASE("ten register, the eleventh is refused, external and internal ones together") {
  desk d(two);
  for (std::uint32_t i = 2; i < most_extensions; ++i)
    CHECK(std::get<std::uint32_t>(d.enroll("x" + std::to_string(i))) == i);
  CHECK(d.refused("x10") == extension_reply::too_many);
  CHECK(std::get<std::uint32_t>(d.enroll("a", true, true)) == 0);
}

TEST_CASE("who calls is told apart by a missing, a malformed and an unknown identifier") {
  desk d(two);
  d.enroll("b", true, true);
  const std::string known = d.set.at(1).identifier;
  CHECK(std::get<std::uint32_t>(d.set.find(known)) == 1);
  CHECK(std::get<extension_reply>(d.set.find("")) == extension_reply::missing_identifier);
  for (const std::string& bad :
       {std::string("x"), known + "0", known.substr(1), "{" + known.substr(2) + "}",
        std::string(36, '-'), std::string(36, '0'), known.substr(0, 35) + "g"}) {
    CAPTURE(bad);
    CHECK(std::get<extension_reply>(d.set.find(bad)) == extension_reply::malformed_identifier);
  }
  CHECK(std::get<extension_reply>(d.set.find("00000000-0000-4000-8000-000000000000")) ==
        extension_reply::unknown_identifier);
}

TEST_CASE("a new init has forgotten who registered, and gives other identifiers") {
  desk d(two);
  d.enroll("a", true, true);
  const std::string before = d.set.at(0).identifier;
  d.set.begin(two, 8);
  CHECK_FALSE(d.set.is_any_registered());
  CHECK(std::get<extension_reply>(d.set.find(before)) == extension_reply::unknown_identifier);
  d.set.at(0).process = process_state::running;
  d.enroll("a", true, true);
  CHECK(d.set.at(0).identifier != before);
}

}  // namespace lambdaprof::environment
