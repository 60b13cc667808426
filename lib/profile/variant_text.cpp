// SPDX-License-Identifier: Apache-2.0
// Variants as flags give them.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "profile/keys.hpp"
#include "profile/variant.hpp"

namespace lambdaprof::profile {
namespace {

constexpr std::size_t longest = 100'000;
constexpr std::size_t most_settings = 1000;
constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
// With blanks, so that a mistyped key is not taken for a part of the value before it.
constexpr std::string_view of_keys =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ";
constexpr std::string_view of_variables = "env.";

fault bad(std::string message, std::string_view where, std::string hint = "") {
  return {fault_kind::usage, std::move(message), std::string(where), std::move(hint)};
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// What a key means, and what the value of a flag becomes for it.
struct meaning {
  const field* of = nullptr;
  std::string variable;  ///< the name, of a variable
};

std::optional<meaning> meaning_of(std::string_view key) {
  const bool is_variable = key.starts_with(of_variables) && key.size() > of_variables.size();
  if (!is_variable)
    if (const field* f = find_by_word(key)) return meaning{f, ""};
  if (is_variable) key.remove_prefix(of_variables.size());
  if (!is_variable && (key.empty() || key.find_first_not_of(capitals) != key.npos)) return {};
  return meaning{find_field("function.environment"), std::string(key)};
}

fault unknown(std::string_view key) {
  fault f = unknown_key(valid_utf8(key), words_of_variants());
  f.where.clear();
  f.hint += f.hint.empty() ? "" : " ";
  f.hint += "Variables of the function are in capitals, or written env.NAME";
  return f;
}

/// Adds KEY=VALUE. The `where` of a fault begins at the key.
result<void> add_setting(variant& v, std::string_view key, std::string_view value,
                         const source& from) {
  const std::string where = valid_utf8(key.substr(0, 60));
  if (key.empty()) return bad("the key before the = is missing", "");
  const auto meant = meaning_of(key);
  if (!meant) return below(where, unknown(key));
  result<json> read = json::object();
  if (meant->variable.empty()) {
    read = meant->of->varies ? meant->of->from_text(value) : json();
  } else {
    (*read)[meant->variable] = value;
  }
  if (!read) return below(where, read.error());
  if (const auto done = assign(v, *meant->of, *read, from); !done) {
    fault f = done.error();
    f.where = where;  // what is below it is of our making
    return f;
  }
  return {};
}

bool begins_setting(std::string_view piece) {
  const std::size_t equals = piece.find('=');
  return equals != piece.npos && piece.substr(0, equals).find_first_not_of(of_keys) == piece.npos;
}

/// KEY=VALUE for each setting of the text.
std::vector<std::string_view> settings_in(std::string_view text) {
  std::vector<std::string_view> settings;
  std::size_t begin = 0;
  for (std::size_t comma = text.find(','); comma != text.npos; comma = text.find(',', comma + 1)) {
    if (!begins_setting(text.substr(comma + 1))) continue;
    settings.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  settings.push_back(text.substr(begin));
  return settings;
}

result<void> read_settings(variant& v, std::string_view text, const source& from) {
  constexpr std::string_view how = "write it like sync:INIT=sync,memory=512";
  if (text.size() > longest) return bad(fmt::format("it has more than {} bytes", longest), "");
  if (text.ends_with(','))
    return bad("a comma at the end", "",
               "leave it out; a value that ends with one can be given in a profile");
  const std::vector<std::string_view> settings = settings_in(text);
  if (settings.size() > most_settings)
    return bad(fmt::format("it has more than {} settings", most_settings), "");
  for (const std::string_view setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == setting.npos)
      return bad(fmt::format("expected KEY=VALUE, got {}", found(json(setting))), "",
                 std::string(how));
    if (auto done =
            add_setting(v, trimmed(setting.substr(0, equals)), setting.substr(equals + 1), from);
        !done)
      return done;
  }
  return {};
}

fault placed(const fault& f, const std::string& place) {
  return below(f.where.empty() ? place : place + ": ", f);
}

}  // namespace

result<variant> read_variant(std::string_view text, std::string_view flag) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trimmed(text.substr(0, colon));
  if (name.find('=') != name.npos)
    return bad("the name of the variant comes first", flag,
               fmt::format("write it like NAME:{}", valid_utf8(text.substr(0, 60))));
  auto v = name_variant(name);
  if (!v) return below(flag, v.error());
  if (colon == text.npos) return v;
  const source from{fmt::format("{} {}", flag, name), ""};
  if (const auto done = read_settings(*v, text.substr(colon + 1), from); !done)
    return placed(done.error(), from.name);
  return v;
}

result<std::vector<variant>> read_sweep(std::string_view text, std::string_view flag) {
  const std::size_t equals = text.find('=');
  const std::string_view key = trimmed(text.substr(0, equals));
  if (equals == text.npos || key.empty())
    return bad(fmt::format("expected KEY=VALUE,VALUE, got {}", found(json(text))), flag,
               "write it like memory=128,512,1769");
  if (text.size() > longest) return bad(fmt::format("it has more than {} bytes", longest), flag);
  std::vector<variant> all;
  std::string_view rest = text.substr(equals + 1);
  while (true) {
    const std::string_view piece = rest.substr(0, rest.find(','));
    const std::string_view value = trimmed(piece);
    auto v = name_variant(fmt::format("{}={}", key, value));
    if (!v) return below(flag, v.error());
    const source from{fmt::format("{} {}", flag, v->name), ""};
    if (const auto done = add_setting(*v, key, value, from); !done) {
      fault f = placed(done.error(), std::string(flag));
      if (f.hint.empty() && text.find(',') != text.npos)
        f.hint = "a value with a comma in it can be given with --variant";
      return f;
    }
    all.push_back(std::move(*v));
    if (all.size() > most_variants)
      return bad(fmt::format("a sweep has up to {} values", most_variants), flag);
    if (piece.size() == rest.size()) break;
    rest.remove_prefix(piece.size() + 1);
  }
  if (const auto fine = check_names(all); !fine) return below(flag, fine.error());
  return all;
}

}  // namespace lambdaprof::profile
