// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "journal/lines.hpp"
#include "journal/shape.hpp"

namespace lambdaprof::journal {
namespace {

using json = nlohmann::json;

// Bounds under which differences of instants and conversions to double stay exact enough and never
// overflow.
constexpr std::int64_t horizon_ns = 100LL * 365 * 24 * 3600 * 1'000'000'000;
constexpr std::int64_t largest_whole = 1LL << 53U;

/// Every `take` is false, and has said what it wanted, if the value is not one.
class line_reader {
 public:
  explicit line_reader(journal& into) : into_(into) {}

  /// Empty if all went well.
  std::string conditions(const json& line) {
    const bool fits = members(line, into_.conditions(), members_of<header>, header_keys);
    return fits ? "" : problem();
  }

  std::string line(const json& line) {
    entry e{};
    const bool fits =
        line.is_object() ? envelope(line, e) && fact(line, e.what) : misfit(line, "an object");
    if (!fits) return problem();
    into_.append(e.at, e.env, e.inv, e.what);
    return "";
  }

 private:
  static constexpr std::array<std::string_view, 4> envelope_keys{"at_ns", "env", "inv", "fact"};
  static constexpr std::array<std::string_view, 1> header_keys{"schema"};

  bool envelope(const json& line, entry& e) {
    // Each entry can bring one new id at most.
    const auto turn = static_cast<std::uint32_t>(into_.entries().size());
    return keyed(line, "at_ns", e.at) &&
           (!line.contains("env") || id_in_turn(line, "env", turn, e.env.value)) &&
           (!line.contains("inv") || id_in_turn(line, "inv", turn, e.inv.value));
  }

  bool id_in_turn(const json& line, const char* key, std::uint32_t turn, std::uint32_t& to) {
    if (!keyed(line, key, to)) return false;
    if (to <= turn) return true;
    misfit(line[key], fmt::format("at most {} here, since ids are given out in order", turn));
    path_ = key;
    return false;
  }

  bool fact(const json& line, what& to) {
    std::string name;
    if (!keyed(line, "fact", name)) return false;
    bool fits = false;
    const auto try_kind = [&](const auto& k) {
      if (k.name != name) return false;
      typename std::decay_t<decltype(k)>::fact_type f{};
      fits = members(line, f, k.members, envelope_keys);
      to = f;
      return true;
    };
    const bool known = std::apply([&](const auto&... k) { return (try_kind(k) || ...); }, kinds);
    if (known) return fits;
    misfit(line["fact"], "one of the facts of this version");
    path_ = "fact";
    return false;
  }

  template <class T, class... Members>
  bool members(const json& from, T& to, const std::tuple<Members...>& shape,
               std::span<const std::string_view> others = {}) {
    if (!from.is_object()) return misfit(from, "an object");
    const auto read = [&](const auto& m) {
      auto& place = to.*m.place;
      const bool may_lack = may_be_absent(place, m.when);
      if (may_lack && !from.contains(m.key)) {
        leave_unknown(place);
        return true;
      }
      return keyed(from, m.key, place);
    };
    if (!std::apply([&](const auto&... m) { return (read(m) && ...); }, shape)) return false;
    for (auto item = from.begin(); item != from.end(); ++item) {
      const auto is_key = [&](std::string_view k) { return k == item.key(); };
      const bool known =
          std::any_of(others.begin(), others.end(), is_key) ||
          std::apply([&](const auto&... m) { return (is_key(m.key) || ...); }, shape);
      if (known) continue;
      path_ = item.key();
      wanted_ = "left out: this version has no such key";
      found_ = nullptr;
      return false;
    }
    return true;
  }

  template <class V>
  static bool may_be_absent(const V&, presence when) {
    return when != presence::always || std::same_as<V, text_id> || std::same_as<V, usage_id>;
  }

  template <class V>
  static void leave_unknown(V& place) {
    if constexpr (std::same_as<V, span> || std::same_as<V, std::int64_t>) place = V{-1};
  }

  template <class V>
  bool keyed(const json& from, std::string_view key, V& to) {
    const auto found = from.find(key);
    if (found == from.end()) {
      wanted_ = "there";
      found_ = nullptr;
    } else if (take(*found, to)) {
      return true;
    }
    path_ = path_.empty() ? std::string(key) : fmt::format("{}.{}", key, path_);
    return false;
  }

  bool take(const json& from, instant& to) {
    std::int64_t ns = 0;
    if (!take_between(from, 0, horizon_ns, ns)) return false;
    to = instant(span(ns));
    return true;
  }
  bool take(const json& from, span& to) {
    std::int64_t ns = 0;
    if (!take_between(from, -horizon_ns, horizon_ns, ns)) return false;
    to = span(ns);
    return true;
  }
  bool take(const json& from, std::int64_t& to) {
    return take_between(from, -largest_whole, largest_whole, to);
  }
  template <whole V>
  bool take(const json& from, V& to) {
    return take_between(from, std::numeric_limits<V>::min(), std::numeric_limits<V>::max(), to);
  }
  template <whole V>
  bool take_between(const json& from, std::type_identity_t<V> low, std::type_identity_t<V> high,
                    V& to) {
    const auto* positive = from.get_ptr<const json::number_unsigned_t*>();
    const auto* any = from.get_ptr<const json::number_integer_t*>();
    const auto accept = [&](auto number) {
      if (std::cmp_less(number, low) || std::cmp_greater(number, high)) return false;
      to = static_cast<V>(number);
      return true;
    };
    if (positive != nullptr ? accept(*positive) : any != nullptr && accept(*any)) return true;
    return misfit(from, fmt::format("a whole number from {} to {}", low, high));
  }
  bool take(const json& from, double& to) {
    if (!from.is_number()) return misfit(from, "a number");
    to = from.get<double>();
    return true;
  }
  bool take(const json& from, bool& to) {
    if (!from.is_boolean()) return misfit(from, "true or false");
    to = from.get<bool>();
    return true;
  }
  bool take(const json& from, std::string& to) {
    if (!from.is_string()) return misfit(from, "a text");
    to = from.get_ref<const std::string&>();
    return true;
  }
  template <enumeration E>
  bool take(const json& from, E& to) {
    constexpr auto names = names_of<E>;
    const auto* text = from.get_ptr<const std::string*>();
    const auto* found =
        text == nullptr ? names.end() : std::find(names.begin(), names.end(), *text);
    if (found == names.end()) return misfit(from, fmt::format("one of {}", fmt::join(names, ", ")));
    to = static_cast<E>(found - names.begin());
    return true;
  }
  bool take(const json& from, text_id& to) {
    std::string text;
    if (!take(from, text)) return false;
    to = into_.keep(text);
    return true;
  }
  bool take(const json& from, usage_id& to) {
    usage used;
    if (!members(from, used, members_of<usage>)) return false;
    to = into_.keep(used);
    return true;
  }
  bool take(const json& from, std::pair<std::string, std::string>& to) {
    if (!from.is_array() || from.size() != 2) return misfit(from, "a name and a value");
    return take(from[0], to.first) && take(from[1], to.second);
  }
  template <class V>
  bool take(const json& from, std::vector<V>& to) {
    if (!from.is_array()) return misfit(from, "a list");
    for (const json& element : from)
      if (!take(element, to.emplace_back())) return false;
    return true;
  }
  template <described T>
  bool take(const json& from, T& to) {
    return members(from, to, members_of<T>);
  }

  bool misfit(const json& found, std::string wanted) {
    wanted_ = std::move(wanted);
    found_ = &found;
    return false;
  }

  std::string problem() const {
    std::string text = path_.empty() ? "the line" : fmt::format("\"{}\"", path_);
    text += " must be " + wanted_;
    if (found_ == nullptr) return text;
    const std::string shown = found_->dump(-1, ' ', true, json::error_handler_t::replace);
    return text + ", not " + (shown.size() <= 60 ? shown : shown.substr(0, 60) + "…");
  }

  journal& into_;
  std::string path_;
  std::string wanted_;
  const json* found_ = nullptr;
};

/// What is wrong with the first line as a whole, if anything.
std::optional<fault> schema_fault(const json& line) {
  const fault not_ours{fault_kind::file, "this is not a journal of lambdaprof", "line 1",
                       "a journal begins with {\"schema\":\"" + std::string(schema) + "\""};
  if (!line.is_object() || !line.contains("schema") || !line["schema"].is_string()) return not_ours;
  const auto& found = line["schema"].get_ref<const std::string&>();
  if (found == schema) return std::nullopt;
  if (!found.starts_with("lambdaprof.")) return not_ours;
  return fault{fault_kind::file, fmt::format("the schema is {}, not {}", found, schema), "line 1",
               found.starts_with("lambdaprof.journal/") ? "another version of lambdaprof wrote it"
                                                        : "this is another file of lambdaprof"};
}

}  // namespace

result<journal> read_lines(std::string_view text) {
  journal j;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t length = text.find('\n');
    const bool ends = length != std::string_view::npos;
    const json line = json::parse(text.substr(0, length), nullptr, false);
    text.remove_prefix(ends ? length + 1 : text.size());
    const auto bad = [&](std::string message, std::string hint) {
      return fault{fault_kind::file, std::move(message), fmt::format("line {}", number),
                   std::move(hint)};
    };
    if (line.is_discarded() && !ends && number > 1)
      return bad("the file is cut off in this line", "the lines before it are whole");
    if (number == 1) {
      if (auto wrong = schema_fault(line)) return *wrong;
    } else if (line.is_discarded()) {
      return bad("this is not JSON", "");
    }
    line_reader reader(j);
    std::string problem = number == 1 ? reader.conditions(line) : reader.line(line);
    if (!problem.empty()) return bad(std::move(problem), "");
  }
  if (number == 0) return fault{fault_kind::file, "the file is empty", "line 1", ""};
  return j;
}

}  // namespace lambdaprof::journal
