// SPDX-License-Identifier: Apache-2.0
#include "report/utc.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lambdaprof::report {

using namespace std::chrono;

namespace {

/// The digits where `shape` has a 'd', the same characters elsewhere.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(shape.begin(), shape.end(), text.begin(), text.end(),
                    [](char s, char c) { return s == 'd' ? c >= '0' && c <= '9' : s == c; });
}

int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int n = 0;
  for (const char c : text.substr(at, digits)) n = n * 10 + (c - '0');
  return n;
}

}  // namespace

std::optional<utc_time> parse_utc(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
  if (!text.ends_with('Z') || !has_shape(text.substr(0, shape.size()), shape)) return std::nullopt;
  const std::string_view rest = text.substr(shape.size(), text.size() - shape.size() - 1);
  if (!rest.empty() && !has_shape(rest, "." + std::string(rest.size() - 1, 'd')))
    return std::nullopt;
  const year_month_day day{year(number_at(text, 0, 4)),
                           month(static_cast<unsigned>(number_at(text, 5, 2))),
                           std::chrono::day(static_cast<unsigned>(number_at(text, 8, 2)))};
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  std::string decimals(rest.empty() ? rest : rest.substr(1));
  decimals.resize(6, '0');
  return sys_days(day) + hours(hour) + minutes(minute) + std::chrono::seconds(second) +
         microseconds(number_at(decimals, 0, 6));
}

std::string utc_text(utc_time t) {
  const auto midnight = floor<days>(t);
  const year_month_day date(midnight);
  const hh_mm_ss time(floor<std::chrono::milliseconds>(t - midnight));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

}  // namespace lambdaprof::report
