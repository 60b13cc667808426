// SPDX-License-Identifier: Apache-2.0
#include "trial/budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.hpp"

namespace lambdaprof::trial {
namespace {

constexpr std::size_t longest = 200;
constexpr double most = 1e12;          // of MB or dollars
constexpr double most_percent = 10e3;  // a hundred times the baseline
constexpr std::string_view blanks = " \t";
constexpr std::string_view digits = "0123456789.";
constexpr std::string_view signs = "<>=!";
constexpr std::string_view ends_of_words = " \t<>=!+-";

fault bad(std::string message, std::string hint = "") {
  return {fault_kind::usage, std::move(message), "", std::move(hint)};
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Takes the longest beginning that consists of `of`, and the blanks after it.
std::string_view take(std::string_view& rest, std::string_view of) {
  const std::string_view taken = rest.substr(0, rest.find_first_not_of(of));
  rest = trimmed(rest.substr(taken.size()));
  return taken;
}

/// Takes the word, unless it goes on.
bool take_word(std::string_view& rest, std::string_view word) {
  if (!rest.starts_with(word)) return false;
  const std::string_view after = rest.substr(word.size());
  if (!after.empty() && ends_of_words.find(after[0]) == after.npos) return false;
  rest = trimmed(after);
  return true;
}

/// Only digits and a point: from_chars would also take "inf", "nan" and exponents.
std::optional<double> number_of(std::string_view figure) {
  double number = 0;
  const auto [end, error] = std::from_chars(figure.data(), figure.data() + figure.size(), number);
  const bool is_whole = !figure.empty() && end == figure.data() + figure.size() &&
                        figure.find_first_not_of(digits) == figure.npos;
  if (!is_whole || error != std::errc{}) return {};
  return number;
}

/// A value in the unit of a metric, and how it is written without needless blanks.
struct amount {
  double value = 0;
  std::string text;
};

/// "1.2 s" is one word to `parse_span`; "1 2s" must not become twelve seconds.
std::string without_blanks_before_units(std::string_view words) {
  std::string joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_blank = blanks.find(words[i]) != blanks.npos;
    const std::size_t next = words.find_first_not_of(blanks, i);
    const bool is_before_digit = digits.find(words[next]) != digits.npos;
    const bool is_after_digit = !joined.empty() && digits.find(joined.back()) != digits.npos;
    if (is_blank && !(is_before_digit && is_after_digit)) continue;
    joined += words[i];
  }
  return joined;
}

result<amount> read_duration(std::string_view words) {
  std::string text = without_blanks_before_units(words);
  if (number_of(text)) text += "ms";
  const auto read = parse_span(text);
  if (!read) return read.error();
  return amount{milliseconds(*read), std::move(text)};
}

struct suffix {
  std::string_view name;
  double megabytes;
};
// What reports call MB is 2^20 bytes.
constexpr suffix suffixes[] = {{"", 1}, {"MB", 1}, {"MiB", 1}, {"GB", 1024}, {"GiB", 1024}};

result<amount> read_size(std::string_view words) {
  std::string_view unit = words;
  const std::string_view figure = take(unit, digits);
  const auto number = number_of(figure);
  const auto* const known = std::find_if(std::begin(suffixes), std::end(suffixes),
                                         [&](const suffix& s) { return s.name == unit; });
  if (!number || known == std::end(suffixes))
    return bad(fmt::format("\"{}\" is not a size", words), "write it like 64MB or 1.5GB");
  return amount{*number * known->megabytes,
                fmt::format("{} {}", figure, unit.empty() ? "MB" : unit)};
}

result<amount> read_price(std::string_view words) {
  std::string_view figure = words;
  if (figure.starts_with('$')) {
    figure.remove_prefix(1);
  } else if (figure.ends_with('$')) {
    figure.remove_suffix(1);
  }
  figure = trimmed(figure);
  const auto number = number_of(figure);
  if (!number) return bad(fmt::format("\"{}\" is not a price", words), "write it like $0.30");
  return amount{*number, fmt::format("${}", figure)};
}

result<amount> read_amount(std::string_view unit, std::string_view words) {
  auto read = unit == "ms"   ? read_duration(words)
              : unit == "MB" ? read_size(words)
                             : read_price(words);
  if (read && read->value > most) return bad(fmt::format("\"{}\" is too large", words));
  return read;
}

std::string_view example_of(std::string_view unit) {
  return unit == "ms" ? "150ms" : unit == "MB" ? "64MB" : "$0.30";
}

std::string how(const analysis::metric& m) {
  return fmt::format("write it like p50 < {} or p50 <= baseline + 10%", example_of(m.unit));
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// "p50", "p99.9" or "median".
result<double> take_percent(std::string_view& rest, const std::string& hint) {
  if (take_word(rest, "median")) return 50.0;
  if (!rest.starts_with('p')) return bad("a quantile is expected first, such as p50", hint);
  rest.remove_prefix(1);
  const std::string_view figure = take(rest, digits);
  const auto percent = number_of(figure);
  if (!percent) return bad(fmt::format("\"p{}\" is not a quantile", figure), hint);
  if (!(*percent > 0 && *percent < 100))
    return bad(fmt::format("p{} is not a quantile: it has to be above 0 and below 100", figure),
               hint);
  const std::size_t point = figure.find('.');
  if (point != figure.npos && figure.size() - point > 4)
    return bad(fmt::format("p{} has more than three decimals", figure), hint);
  return *percent;
}

result<std::string> take_operator(std::string_view& rest, const std::string& hint) {
  const std::string_view taken = take(rest, signs);
  if (taken == "<" || taken == "<=") return std::string(taken);
  if (taken.empty()) return bad("< or <= is expected after the quantile", hint);
  return bad(
      fmt::format("a budget is an upper limit: {} cannot be proved or refuted as one", taken),
      hint);
}

result<void> read_relative(budget& b, std::string_view rest, const std::string& hint) {
  b.of = budget::kind::times_baseline;
  b.text += "baseline";
  if (b.quantile != 0.5)
    return bad("a tail relative to a baseline cannot be proved from pairs",
               fmt::format("limit it absolutely, or relate the median: {}", how(*b.metric)));
  if (rest.empty()) return {};
  const char sign = rest[0];
  if (sign != '+' && sign != '-') return bad("+ or - is expected after baseline", hint);
  const std::string_view words = trimmed(rest.substr(1));
  if (words.ends_with('%')) {
    const std::string_view figure = trimmed(words.substr(0, words.size() - 1));
    const auto percent = number_of(figure);
    if (!percent) return bad(fmt::format("\"{}\" is not a percentage", words), hint);
    if (*percent > most_percent) return bad(fmt::format("{} is too large", words));
    if (sign == '-' && *percent >= 100)
      return bad(fmt::format("baseline - {} leaves nothing to stay below", words), hint);
    b.limit = *percent / 100;
    b.text += fmt::format(" {} {}%", sign, figure);
  } else {
    const auto read = read_amount(b.metric->unit, words);
    if (!read) return read.error();
    b.of = budget::kind::plus_baseline;
    b.limit = read->value;
    b.text += fmt::format(" {} {}", sign, read->text);
  }
  // Not -0, which would print its sign.
  if (sign == '-' && b.limit > 0) b.limit = -b.limit;
  return {};
}

result<void> read_absolute(budget& b, std::string_view rest, const std::string& hint) {
  if (rest.starts_with('-')) return bad(fmt::format("the limit {} is negative", rest), hint);
  if (is_letter(rest[0])) return bad(fmt::format("\"{}\" is not a limit", rest), hint);
  if (rest.ends_with('%'))
    return bad(fmt::format("{} of what?", rest), fmt::format("write it like baseline + {}", rest));
  const auto read = read_amount(b.metric->unit, rest);
  if (!read) return read.error();
  if (!(read->value > 0)) return bad(fmt::format("the limit {} is zero", rest), hint);
  b.limit = read->value;
  b.text += read->text;
  return {};
}

fault unknown_metric(std::string_view metric) {
  std::vector<std::string> keys;
  std::string all;
  for (const analysis::metric& m : analysis::metrics()) {
    keys.emplace_back(m.key);
    all += fmt::format("{}{}", all.empty() ? "" : ", ", m.key);
  }
  const std::string shown = valid_utf8(metric.substr(0, 60));
  const auto meant = nearest(shown, keys);
  return bad(fmt::format("\"{}\" is not a metric", shown),
             meant ? fmt::format("did you mean {}? There are {}", *meant, all)
                   : fmt::format("there are {}", all));
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
}

}  // namespace

result<budget> read_budget(std::string_view metric, std::string_view text) {
  budget b;
  b.metric = analysis::find_metric(metric);
  if (b.metric == nullptr) return unknown_metric(metric);
  const std::string hint = how(*b.metric);
  if (text.size() > longest)
    return bad(fmt::format("a budget takes up to {} bytes, this one has {}", longest, text.size()),
               hint);
  if (valid_utf8(text) != text || std::any_of(text.begin(), text.end(), is_control))
    return bad("a budget is plain text", hint);
  std::string_view rest = trimmed(text);
  if (rest.empty()) return bad("the budget is empty", hint);

  const auto percent = take_percent(rest, hint);
  if (!percent) return percent.error();
  const auto sign = take_operator(rest, hint);
  if (!sign) return sign.error();
  if (rest.empty()) return bad(fmt::format("the limit is missing after {}", *sign), hint);
  b.quantile = *percent / 100;
  b.text = fmt::format("p{} {} ", *percent, *sign);
  const bool is_relative = take_word(rest, "baseline");
  const auto done = is_relative ? read_relative(b, rest, hint) : read_absolute(b, rest, hint);
  if (!done) return done.error();
  return b;
}

}  // namespace lambdaprof::trial
