#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace callboard {
namespace {

using namespace std::chrono_literals;

/// The first and the last moment that RFC 3339's four-digit years can say.
constexpr timestamp first_moment = std::chrono::sys_days{std::chrono::year_month_day{0y / 1 / 1}};
constexpr timestamp last_moment = std::chrono::sys_days{std::chrono::year_month_day{9999y / 12 / 31}} + 24h - 1us;

void put_digits(char* out, int width, unsigned value) {
  for (int i = width - 1; i >= 0; --i, value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
}

/// Reads exactly `width` digits at `text[at]` and moves `at` past them.
std::optional<int> take_digits(std::string_view text, std::size_t& at, std::size_t width) {
  if (at + width > text.size())
    return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    char c = text[at + i];
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  at += width;
  return value;
}

bool take_char(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted)
    return false;
  ++at;
  return true;
}

/// A fraction of 1 to 9 digits after a point, in microseconds.
std::optional<std::chrono::microseconds> take_fraction(std::string_view text, std::size_t& at) {
  std::int64_t micros = 0;
  int digits = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    if (digits < 6)
      micros = micros * 10 + (text[at] - '0');
    ++digits;
    ++at;
  }
  if (digits == 0 || digits > 9)
    return std::nullopt;
  for (int i = digits; i < 6; ++i)
    micros *= 10;
  return std::chrono::microseconds{micros};
}

/// `Z` or `+hh:mm`, as what must be subtracted to reach UTC.
std::optional<std::chrono::minutes> take_offset(std::string_view text, std::size_t& at) {
  if (take_char(text, at, 'Z') || take_char(text, at, 'z'))
    return std::chrono::minutes{0};
  bool negative = false;
  if (!take_char(text, at, '+')) {
    if (!take_char(text, at, '-'))
      return std::nullopt;
    negative = true;
  }
  auto hours = take_digits(text, at, 2);
  if (!hours || *hours > 23 || !take_char(text, at, ':'))
    return std::nullopt;
  auto minutes = take_digits(text, at, 2);
  if (!minutes || *minutes > 59)
    return std::nullopt;
  auto offset = std::chrono::minutes{*hours * 60 + *minutes};
  return negative ? -offset : offset;
}

struct unit {
  std::string_view name;
  std::int64_t millis;
};

/// Longest first, so that writing picks the largest unit that divides.
constexpr std::array units{unit{"d", 86'400'000}, unit{"h", 3'600'000}, unit{"m", 60'000}, unit{"s", 1'000},
                           unit{"ms", 1}};

} // namespace

void append_rfc3339(std::string& out, timestamp t) {
  t = std::clamp(t, first_moment, last_moment);
  auto day = std::chrono::floor<std::chrono::days>(t);
  std::chrono::year_month_day date{day};
  auto in_day = std::chrono::floor<std::chrono::milliseconds>(t - day).count();
  char text[] = "0000-00-00T00:00:00.000Z";
  put_digits(text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(text + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text + 11, 2, static_cast<unsigned>(in_day / 3'600'000));
  put_digits(text + 14, 2, static_cast<unsigned>(in_day / 60'000 % 60));
  put_digits(text + 17, 2, static_cast<unsigned>(in_day / 1'000 % 60));
  put_digits(text + 20, 3, static_cast<unsigned>(in_day % 1'000));
  out.append(text, sizeof(text) - 1);
}

std::string to_rfc3339(timestamp t) {
  std::string out;
  append_rfc3339(out, t);
  return out;
}

std::optional<timestamp> from_rfc3339(std::string_view text) {
  std::size_t at = 0;
  auto year = take_digits(text, at, 4);
  if (!year || !take_char(text, at, '-'))
    return std::nullopt;
  auto month = take_digits(text, at, 2);
  if (!month || !take_char(text, at, '-'))
    return std::nullopt;
  auto day = take_digits(text, at, 2);
  if (!day || !(take_char(text, at, 'T') || take_char(text, at, 't')))
    return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                   std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok())
    return std::nullopt;
  auto hour = take_digits(text, at, 2);
  if (!hour || *hour > 23 || !take_char(text, at, ':'))
    return std::nullopt;
  auto minute = take_digits(text, at, 2);
  if (!minute || *minute > 59 || !take_char(text, at, ':'))
    return std::nullopt;
  auto second = take_digits(text, at, 2);
  if (!second || *second > 59)
    return std::nullopt;
  timestamp t = std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute}
                + std::chrono::seconds{*second};
  if (take_char(text, at, '.')) {
    auto fraction = take_fraction(text, at);
    if (!fraction)
      return std::nullopt;
    t += *fraction;
  }
  auto offset = take_offset(text, at);
  if (!offset || at != text.size())
    return std::nullopt;
  t -= *offset;
  if (t < first_moment || t > last_moment)
    return std::nullopt;
  return t;
}

std::optional<duration_ms> parse_duration(std::string_view text) {
  // A sign is no part of a duration, not even of nothing (`-0s`).
  if (text.starts_with('-'))
    return std::nullopt;
  std::int64_t count = 0;
  auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc{})
    return std::nullopt;
  std::string_view name{rest, static_cast<std::size_t>(text.data() + text.size() - rest)};
  for (const auto& u : units) {
    if (name != u.name)
      continue;
    if (count > INT64_MAX / u.millis)
      return std::nullopt;
    return duration_ms{count * u.millis};
  }
  return std::nullopt;
}

std::string to_string(duration_ms span) {
  for (const auto& u : units)
    if (span.count() != 0 && span.count() % u.millis == 0)
      return std::to_string(span.count() / u.millis) + std::string{u.name};
  return std::to_string(span.count()) + "ms";
}

} // namespace callboard
