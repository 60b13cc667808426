// SPDX-License-Identifier: Apache-2.0
#include "profile/phase_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lambdaprof::profile {
namespace {

constexpr std::size_t most_phases = 1000;
constexpr int deepest_repeat = 8;

constexpr whole<std::uint32_t> count{1, 1'000'000};
constexpr positive rate{100'000};
constexpr duration length{std::chrono::milliseconds(1), std::chrono::hours(8760)};
constexpr truth flag{};

const std::vector<std::string> phase_names{"burst",   "idle",  "sequential", "steady",
                                           "poisson", "fresh", "repeat"};

/// The member of an object, read by its shape.
template <class Shape>
auto member(const json& object, const char* key, const Shape& shape)
    -> decltype(shape.read(object, source{})) {
  const auto at = object.find(key);
  if (at == object.end()) return fault{fault_kind::usage, "it is missing", step(key), ""};
  auto read = shape.read(*at, {});
  if (!read) return below(step(key), read.error());
  return read;
}

result<void> object_of(const json& value, const std::vector<std::string>& keys) {
  if (!value.is_object()) return unlike("an object", value);
  for (const auto& [key, ignored] : value.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) return unknown_key(key, keys);
  return {};
}

template <class Open>
result<load::phase> read_open(const json& value) {
  if (const auto fine = object_of(value, {"per_second", "for"}); !fine) return fine.error();
  const auto per_second = member(value, "per_second", rate);
  if (!per_second) return per_second.error();
  const auto how_long = member(value, "for", length);
  if (!how_long) return how_long.error();
  return load::phase(Open{*per_second, *how_long});
}

result<load::plan> read_phases(const json& list, int depth);

result<load::phase> read_repeat(const json& value, int depth) {
  if (depth == deepest_repeat)
    return fault{fault_kind::usage,
                 fmt::format("repeats are nested more than {} deep", deepest_repeat), "", ""};
  if (const auto fine = object_of(value, {"times", "discarded", "phases"}); !fine)
    return fine.error();
  load::repeat r;
  const auto times = member(value, "times", count);
  if (!times) return times.error();
  r.times = *times;
  if (value.contains("discarded")) {
    const auto discarded = member(value, "discarded", flag);
    if (!discarded) return discarded.error();
    r.discarded = *discarded;
  }
  const auto phases = value.find("phases");
  if (phases == value.end()) return fault{fault_kind::usage, "it is missing", ".phases", ""};
  auto read = read_phases(*phases, depth + 1);
  if (!read) return below(".phases", read.error());
  r.phases = std::move(*read);
  return load::phase(std::move(r));
}

result<load::phase> read_named(const std::string& name, const json& value, int depth) {
  const auto as = [](auto make, const auto& read) -> result<load::phase> {
    if (!read) return read.error();
    return load::phase(make(*read));
  };
  if (name == "burst") return as([](auto n) { return load::burst{n}; }, count.read(value, {}));
  if (name == "sequential")
    return as([](auto n) { return load::sequential{n}; }, count.read(value, {}));
  if (name == "idle") return as([](auto s) { return load::idle{s}; }, length.read(value, {}));
  if (name == "steady") return read_open<load::steady>(value);
  if (name == "poisson") return read_open<load::poisson>(value);
  if (name == "repeat") return read_repeat(value, depth);
  if (value != json(true)) return unlike("true", value);
  return load::phase(load::fresh{});
}

result<load::plan> read_phases(const json& list, int depth) {
  if (!list.is_array() || list.empty() || list.size() > most_phases)
    return unlike(phase_list{}.expects(), list);
  load::plan plan;
  for (const json& element : list) {
    const std::string at = fmt::format("[{}]", plan.size());
    if (const auto fine = object_of(element, phase_names); !fine) return below(at, fine.error());
    if (element.size() != 1)
      return below(at, {fault_kind::usage, "a phase has exactly one key", "",
                        "one of " + fmt::format("{}", fmt::join(phase_names, ", "))});
    const auto only = element.begin();
    auto read = read_named(only.key(), only.value(), depth);
    if (!read) return below(at + step(only.key()), read.error());
    plan.push_back(std::move(*read));
  }
  return plan;
}

template <class Open>
json tell_open(const Open& open) {
  return {{"per_second", rate.tell(open.per_second)}, {"for", length.tell(open.length)}};
}

json tell_phase(const load::phase& phase) {
  return std::visit(overloaded{
                        [](const load::burst& p) -> json {
                          return {{"burst", p.count}};
                        },
                        [](const load::idle& p) -> json {
                          return {{"idle", length.tell(p.length)}};
                        },
                        [](const load::sequential& p) -> json {
                          return {{"sequential", p.count}};
                        },
                        [](const load::steady& p) -> json {
                          return {{"steady", tell_open(p)}};
                        },
                        [](const load::poisson& p) -> json {
                          return {{"poisson", tell_open(p)}};
                        },
                        [](const load::fresh&) -> json {
                          return {{"fresh", true}};
                        },
                        [](const load::repeat& p) -> json {
                          json repeat{{"times", p.times}};
                          if (p.discarded) repeat["discarded"] = true;
                          repeat["phases"] = phase_list{}.tell(p.phases);
                          return {{"repeat", std::move(repeat)}};
                        },
                    },
                    phase);
}

json object_schema(json properties) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

}  // namespace

json phase_list::schema() const {
  return {{"type", "array"},
          {"minItems", 1},
          {"maxItems", most_phases},
          {"items", {{"$ref", "#/$defs/phase"}}}};
}

result<load::plan> phase_list::read(const json& value, const source&) const {
  return read_phases(value, 0);
}

json phase_list::tell(const load::plan& plan) const {
  json told = json::array();
  for (const load::phase& phase : plan) told.push_back(tell_phase(phase));
  return told;
}

json phase_schema() {
  json open = object_schema({{"per_second", rate.schema()}, {"for", length.schema()}});
  open["required"] = {"per_second", "for"};
  json repeat = object_schema(
      {{"times", count.schema()}, {"discarded", flag.schema()}, {"phases", phase_list{}.schema()}});
  repeat["required"] = {"times", "phases"};
  json one = object_schema({{"burst", count.schema()},
                            {"idle", length.schema()},
                            {"sequential", count.schema()},
                            {"steady", open},
                            {"poisson", open},
                            {"fresh", {{"const", true}}},
                            {"repeat", std::move(repeat)}});
  one["minProperties"] = 1;
  one["maxProperties"] = 1;
  return one;
}

}  // namespace lambdaprof::profile
