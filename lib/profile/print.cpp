// SPDX-License-Identifier: Apache-2.0
#include "profile/print.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "profile/fields.hpp"
#include "profile/phase_list.hpp"

namespace lambdaprof::profile {
namespace {

/// Writes nested objects with a comment behind each value, which no JSON library does.
class writer {
 public:
  void open(std::string_view key) {
    begin_entry();
    text_ += key.empty() ? "{" : compact(json(key)) + ": {";
    ++depth_;
    is_first_ = true;
  }

  void value(std::string_view key, const json& value, std::string_view by) {
    begin_entry();
    text_ += compact(json(key)) + ": " + compact(value);
    comment_ = by == "default" ? " // default" : " // from " + std::string(by);
    // A line break in a file's name would end the comment.
    std::replace_if(
        comment_.begin(), comment_.end(),
        [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
  }

  void close() {
    end_line();
    --depth_;
    text_ += std::string(2 * depth_, ' ') + "}";
    is_first_ = false;
  }

  std::string done() {
    end_line();
    return std::move(text_);
  }

 private:
  void begin_entry() {
    if (!is_first_) text_ += ",";
    if (!text_.empty()) end_line();
    text_ += std::string(2 * depth_, ' ');
    is_first_ = false;
  }

  void end_line() {
    text_ += comment_ + "\n";
    comment_.clear();
  }

  std::string text_;
  std::string comment_;  // of the line being written, behind the comma that it may still get
  std::size_t depth_ = 0;
  bool is_first_ = true;
};

bool is_printed(const profile& p, const field& f) {
  if (section_of(f) != "load.") return true;
  return (f.path == "load.plan") == p.load.plan.has_value();
}

void print(writer& out, const profile& p, const field& f) {
  const json value = f.tell(p);
  if (!value.is_object() || value.empty()) return out.value(word_of(f), value, origin(p, f.path));
  out.open(word_of(f));
  for (const auto& [name, inner] : value.items())
    out.value(name, inner, origin(p, f.use == flag_use::merges ? f.path + "." + name : f.path));
  out.close();
}

/// Where the schema of the field stands in that of its object.
json& place_of(const field& f, json& schema) {
  json* properties = &schema["properties"];
  if (const std::string_view section = section_of(f); !section.empty()) {
    json& object = (*properties)[std::string(section.substr(0, section.size() - 1))];
    object["type"] = "object";
    object["additionalProperties"] = false;
    properties = &object["properties"];
  }
  return (*properties)[std::string(word_of(f))];
}

}  // namespace

std::string print_profile(const profile& p) {
  writer out;
  out.open("");
  std::string_view section;
  for (const field& f : fields()) {
    if (!is_printed(p, f)) continue;
    if (section_of(f) != section) {
      if (!section.empty()) out.close();
      section = section_of(f);
      if (!section.empty()) out.open(section.substr(0, section.size() - 1));
    }
    print(out, p, f);
  }
  if (!section.empty()) out.close();
  out.close();
  return out.done();
}

std::string profile_schema() {
  json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "A profile of lambdaprof"},
              {"type", "object"},
              {"additionalProperties", false},
              {"properties", json::object()}};
  json variant{{"description", "What differs from the rest of the profile."},
               {"type", "object"},
               {"additionalProperties", false},
               {"properties", json::object()}};
  for (const field& f : fields()) {
    json one{{"description", fmt::format("{} Expected: {}.", f.says, f.expects)}};
    for (const auto& [key, value] : f.schema.items()) one[key] = value;
    if (f.varies) place_of(f, variant) = one;
    one["default"] = f.tell(profile{});
    place_of(f, schema) = std::move(one);
  }
  schema["$defs"] = {{"phase", phase_schema()}, {"variant", std::move(variant)}};
  return schema.dump(2) + "\n";
}

}  // namespace lambdaprof::profile
