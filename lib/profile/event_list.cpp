// SPDX-License-Identifier: Apache-2.0
#include "profile/event_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "profile/file.hpp"

namespace lambdaprof::profile {
namespace {

constexpr std::size_t most_events = 1000;
constexpr positive weight{1e6};
constexpr int steepest = 10;  // of a Zipf law
/// Stands in a payload where its key belongs.
constexpr std::string_view key_place = "${key}";

std::string absolute(const std::string& path, const std::string& folder) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(std::filesystem::path(folder) / path, failed);
  return failed ? path : whole.lexically_normal().string();
}

result<event> read_file_event(const json& value, const source& from) {
  const auto path = text{1, 4096}.read(value, from);
  if (!path) return below(".file", path.error());
  event e;
  e.file = absolute(*path, from.folder);
  auto payload = read_file(e.file, most_payload_bytes);
  if (!payload) return below(".file", {fault_kind::file, to_string(payload.error()), "", ""});
  if (const auto fine = check_json(*payload, e.file); !fine)
    return below(".file", {fault_kind::file, to_string(fine.error()), "", ""});
  e.payload = std::move(*payload);
  return e;
}

result<event> read_event(const json& value, const source& from) {
  if (!value.is_object()) return unlike("an object with \"payload\" or \"file\"", value);
  for (const auto& [key, ignored] : value.items())
    if (key != "payload" && key != "file" && key != "weight" && key != "keys")
      return unknown_key(key, {"payload", "file", "weight", "keys"});
  if (value.contains("payload") == value.contains("file"))
    return fault{fault_kind::usage, "expected either \"payload\" or \"file\"", "", ""};

  result<event> read = event{};
  if (value.contains("file")) {
    read = read_file_event(value["file"], from);
    if (!read) return read;
  } else {
    read->payload = compact(value["payload"]);
    if (read->payload.size() > most_payload_bytes)
      return fault{fault_kind::usage,
                   fmt::format("the payload is larger than {} bytes", most_payload_bytes),
                   ".payload", ""};
  }
  if (value.contains("weight")) {
    const auto number = weight.read(value["weight"], from);
    if (!number) return below(".weight", number.error());
    read->weight = *number;
  }
  return read;
}

std::string with_key(std::string_view payload, std::size_t key) {
  std::string text;
  for (std::size_t at; (at = payload.find(key_place)) != payload.npos;) {
    text += fmt::format("{}{}", payload.substr(0, at), key);
    payload.remove_prefix(at + key_place.size());
  }
  return text += payload;
}

/// The same event about many things, of which some are asked for more often: the key of rank r has
/// the weight r to the power of -zipf.
result<std::vector<event>> with_keys(const event& pattern, const json& value, const source& from) {
  if (!value.is_object()) return unlike("an object with \"count\" and \"zipf\"", value);
  for (const auto& [key, ignored] : value.items())
    if (key != "count" && key != "zipf") return unknown_key(key, {"count", "zipf"});
  const auto count = whole<std::size_t>{1, most_events}.read(value.value("count", json()), from);
  if (!count) return below(".count", count.error());
  const json zipf = value.value("zipf", json(1.0));
  const double exponent = zipf.is_number() ? zipf.get<double>() : -1;
  if (!(exponent >= 0 && exponent <= steepest))
    return below(".zipf", unlike(fmt::format("a number from 0 to {}", steepest), zipf));
  if (pattern.payload.find(key_place) == std::string::npos)
    return fault{fault_kind::usage, "no key stands in the payload", "",
                 fmt::format("write {} where it belongs", key_place)};
  std::vector<event> all;
  for (std::size_t rank = 1; rank <= *count; ++rank) {
    event e;
    e.payload = with_key(pattern.payload, rank);
    e.weight =
        (pattern.weight > 0 ? pattern.weight : 1) * std::pow(static_cast<double>(rank), -exponent);
    all.push_back(std::move(e));
  }
  return all;
}

bool is_json(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return true;
  return !text.empty() && std::string_view("{[\"0123456789").find(text[0]) != text.npos;
}

}  // namespace

json event_list::schema() const {
  const json one{
      {"type", "object"},
      {"properties",
       {{"payload", {{"description", "Any JSON, sent compactly."}}},
        {"file", {{"type", "string"}, {"description", "A JSON file, sent as it is."}}},
        {"weight", weight.schema()},
        {"keys",
         {{"type", "object"},
          {"description", "As many events, with a key each where the payload has ${key}."},
          {"properties",
           {{"count", whole<std::size_t>{1, most_events}.schema()},
            {"zipf", {{"type", "number"}, {"minimum", 0}, {"maximum", steepest}}}}},
          {"required", json::array({"count"})},
          {"additionalProperties", false}}}}},
      {"additionalProperties", false},
      {"oneOf", {{{"required", json::array({"payload"})}}, {{"required", json::array({"file"})}}}}};
  return {{"type", "array"}, {"minItems", 1}, {"maxItems", most_events}, {"items", one}};
}

result<event_list::value_type> event_list::read(const json& value, const source& from) const {
  if (!value.is_array() || value.empty() || value.size() > most_events)
    return unlike(expects(), value);
  value_type events;
  for (const json& element : value) {
    auto read = read_event(element, from);
    if (!read) return below(fmt::format("[{}]", events.size()), read.error());
    if (!element.contains("keys")) {
      events.push_back(std::move(*read));
      continue;
    }
    auto all = with_keys(*read, element["keys"], from);
    if (!all) return below(fmt::format("[{}].keys", events.size()), all.error());
    add(events, std::move(*all));
  }
  if (events.size() > most_events) return unlike(expects(), value);
  const auto weighted =
      std::count_if(events.begin(), events.end(), [](const event& e) { return e.weight > 0; });
  if (weighted != 0 && weighted != static_cast<std::ptrdiff_t>(events.size()))
    return fault{fault_kind::usage, "only some of the events have a weight", "",
                 "give one to all of them or to none"};
  return events;
}

json event_list::tell(const value_type& events) const {
  json told = json::array();
  for (const event& e : events) {
    json one = json::object();
    if (e.file.empty()) {
      one["payload"] = json::parse(e.payload, nullptr, false);
    } else {
      one["file"] = e.file;
    }
    if (e.weight > 0) one["weight"] = weight.tell(e.weight);
    told.push_back(std::move(one));
  }
  return told;
}

result<json> event_list::from_text(std::string_view text) const {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  json one = json::object();
  if (is_json(text)) {
    auto payload = parse_json(text, "");
    if (!payload) {
      fault f = payload.error();
      if (f.hint.empty()) f.hint = "to name a file that begins like JSON, write ./ before it";
      return f;
    }
    one["payload"] = std::move(*payload);
  } else {
    one["file"] = text;
  }
  return json::array({std::move(one)});
}

void event_list::add(value_type& events, value_type more) const {
  events.insert(events.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

}  // namespace lambdaprof::profile
