#include "base/time.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace callboard {
namespace {

using namespace std::chrono_literals;

std::optional<std::string> again(std::string_view text) {
  auto time = from_rfc3339(text);
  return time ? std::optional{to_rfc3339(*time)} : std::nullopt;
}

struct reading {
  std::string_view text;
  std::string_view in_utc;
};

constexpr std::array readings{
  reading{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
  reading{"2026-11-20T09:30:00z", "2026-11-20T09:30:00.000Z"},
  reading{"2026-11-20t09:30:00Z", "2026-11-20T09:30:00.000Z"},
  reading{"2026-11-20T09:30:00.1Z", "2026-11-20T09:30:00.100Z"},
  reading{"2026-11-20T09:30:00.12Z", "2026-11-20T09:30:00.120Z"},
  reading{"2026-11-20T09:30:00.123Z", "2026-11-20T09:30:00.123Z"},
  reading{"2026-11-20T09:30:00.123999999Z", "2026-11-20T09:30:00.123Z"},
  reading{"2026-11-20T09:30:59.999999999Z", "2026-11-20T09:30:59.999Z"},
  reading{"2026-11-20T09:30:00+00:00", "2026-11-20T09:30:00.000Z"},
  reading{"2026-11-20T09:30:00-00:00", "2026-11-20T09:30:00.000Z"},
  reading{"2026-11-20T09:30:00+05:45", "2026-11-20T03:45:00.000Z"},
  reading{"2026-11-20T22:30:00-08:00", "2026-11-21T06:30:00.000Z"},
  reading{"2026-01-01T00:30:00.5+01:00", "2025-12-31T23:30:00.500Z"},
  reading{"2024-02-29T23:59:59-00:01", "2024-03-01T00:00:59.000Z"},
  reading{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"},
  reading{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
  reading{"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
  reading{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"},
  reading{"2026-11-20T00:00:00+23:59", "2026-11-19T00:01:00.000Z"},
};

constexpr std::array<std::string_view, 44> nonsense{
  "",
  "2026",
  "2026-11-20",
  "2026-11-20T",
  "2026-11-20T09:30Z",
  "2026-11-20T09:30:00",
  "2026-11-20 09:30:00Z",
  "2026-11-20T09:30:00Z ",
  " 2026-11-20T09:30:00Z",
  "2026-11-20T09:30:00ZZ",
  "2026-11-20T09:30:00.Z",
  "2026-11-20T09:30:00,5Z",
  "2026-11-20T09:30:00.1234567890Z",
  "2026-11-20T24:00:00Z",
  "2026-11-20T09:60:00Z",
  "2026-11-20T09:30:61Z",
  "2016-12-31T23:59:60Z",
  "2026-13-20T09:30:00Z",
  "2026-00-20T09:30:00Z",
  "2026-11-00T09:30:00Z",
  "2026-11-31T09:30:00Z",
  "2026-02-29T09:30:00Z",
  "1900-02-29T09:30:00Z",
  "2100-02-29T09:30:00Z",
  "2026-11-20T09:30:00+24:00",
  "2026-11-20T09:30:00+05:60",
  "2026-11-20T09:30:00+0545",
  "2026-11-20T09:30:00+05",
  "2026-11-20T09:30:00+5:45",
  "2026-11-20T09:30:00+05:45Z",
  "2026-11-20T09:30:00~05:45",
  "+2026-11-20T09:30:00Z",
  "-026-11-20T09:30:00Z",
  "12026-11-20T09:30:00Z",
  "26-11-20T09:30:00Z",
  "2026-1-20T09:30:00Z",
  "2026/11/20T09:30:00Z",
  "2026-11-20T9:30:00Z",
  "2026-11-20T09:30:0xZ",
  "2026-W47-5T09:30:00Z",
  "0000-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-11-20T09:30:00Z",
  "1763631000",
};

TEST(rfc3339, reads_every_form_the_standard_allows) {
  for (const auto& r : readings)
    EXPECT_EQ(again(r.text), r.in_utc) << r.text;
}

TEST(rfc3339, refuses_everything_else) {
  for (auto text : nonsense)
    EXPECT_FALSE(from_rfc3339(text)) << text << " was read as " << to_rfc3339(*from_rfc3339(text));
}

TEST(rfc3339, refuses_each_beginning_of_a_time_and_a_nul_inside) {
  constexpr std::string_view whole = "2026-11-20T09:30:00.123+01:00";
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(from_rfc3339(whole.substr(0, n))) << whole.substr(0, n);
  std::string with_nul{"2026-11-20T09:30:00Z"};
  with_nul += '\0';
  EXPECT_FALSE(from_rfc3339(with_nul));
}

TEST(rfc3339, keeps_microseconds_when_reading) {
  EXPECT_EQ(to_micros(*from_rfc3339("1970-01-01T00:00:01.234567Z")), 1'234'567);
  EXPECT_EQ(to_micros(*from_rfc3339("1970-01-01T00:00:00.0000009Z")), 0);
  EXPECT_EQ(to_micros(*from_rfc3339("1969-12-31T23:59:59.999999Z")), -1);
}

TEST(rfc3339, writes_milliseconds_rounded_down_before_1970_too) {
  EXPECT_EQ(to_rfc3339(from_micros(1'999)), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(to_rfc3339(from_micros(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(from_micros(-1'000)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(from_micros(-1'001)), "1969-12-31T23:59:59.998Z");
}

TEST(rfc3339, writes_what_no_four_digit_year_can_say_as_the_nearest) {
  EXPECT_EQ(to_rfc3339(timestamp::min()), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(timestamp::max()), "9999-12-31T23:59:59.999Z");
}

TEST(rfc3339, reads_back_every_day_of_four_centuries) {
  auto last = std::chrono::sys_days{std::chrono::year{2400} / 1 / 1};
  for (auto day = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}; day < last; day += std::chrono::days{1}) {
    timestamp noon = day + 12h + 34min + 56s + 789ms;
    ASSERT_EQ(from_rfc3339(to_rfc3339(noon)), noon) << to_rfc3339(noon);
  }
}

TEST(rfc3339, appends_to_what_is_there) {
  std::string out = "at ";
  append_rfc3339(out, from_micros(0));
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.000Z");
}

TEST(rfc3339, gives_the_same_moment_whatever_the_offset) {
  std::mt19937 dice{20261120};
  std::uniform_int_distribution<int> hours{-23, 23};
  std::uniform_int_distribution<int> minutes{0, 59};
  auto base = *from_rfc3339("2026-11-20T09:30:00Z");
  for (int i = 0; i < 1'000; ++i) {
    auto h = hours(dice);
    auto m = minutes(dice);
    auto offset = std::chrono::minutes{(std::abs(h) * 60 + m) * (h < 0 ? -1 : 1)};
    auto local = to_rfc3339(base + offset);
    local.pop_back();
    auto two = [](int n) { return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)}; };
    auto text = local + (h < 0 ? "-" : "+") + two(std::abs(h)) + ":" + two(m);
    ASSERT_EQ(from_rfc3339(text), base) << text;
  }
}

TEST(timestamp, survives_the_way_through_an_integer) {
  for (std::int64_t us : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'763'631'000'123'456}, INT64_MIN, INT64_MAX})
    EXPECT_EQ(to_micros(from_micros(us)), us);
}

TEST(duration, reads_a_whole_number_and_a_unit) {
  EXPECT_EQ(parse_duration("0ms"), 0ms);
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("8s"), 8s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("30d"), 720h);
  EXPECT_EQ(parse_duration("007s"), 7s);
}

TEST(duration, refuses_everything_else) {
  for (std::string_view text : {"",   "s",    "5",    "-5s",   "-0s", "--5s", "+5s",  " 5s",  "5 s",  "5s ",
                                "5S", "5sec", "1.5s", "5s5ms", "5us", "5w",   "1e3s", "0x5s", "five", "\xd9\xa5s"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_FALSE(parse_duration(std::string_view{"5s\0", 3}));
  EXPECT_FALSE(parse_duration({}));
}

TEST(duration, refuses_what_overflows_and_reads_the_largest_that_does_not) {
  EXPECT_EQ(parse_duration("9223372036854775807ms"), duration_ms::max());
  EXPECT_FALSE(parse_duration("9223372036854775808ms"));
  EXPECT_FALSE(parse_duration("99999999999999999999s"));
  EXPECT_EQ(parse_duration("9223372036854775s"), duration_ms{9'223'372'036'854'775'000});
  EXPECT_FALSE(parse_duration("9223372036854776s"));
  EXPECT_EQ(parse_duration("106751991167d"), duration_ms{106'751'991'167 * 86'400'000});
  EXPECT_FALSE(parse_duration("106751991168d"));
}

TEST(duration, is_written_in_the_largest_unit_that_divides_it) {
  EXPECT_EQ(to_string(duration_ms{0}), "0ms");
  EXPECT_EQ(to_string(duration_ms{1}), "1ms");
  EXPECT_EQ(to_string(duration_ms{1'500}), "1500ms");
  EXPECT_EQ(to_string(duration_ms{60'000}), "1m");
  EXPECT_EQ(to_string(duration_ms{90'000}), "90s");
  EXPECT_EQ(to_string(duration_ms{24h}), "1d");
  EXPECT_EQ(to_string(duration_ms{25h}), "25h");
}

TEST(duration, reads_back_what_was_written) {
  std::mt19937_64 dice{8};
  for (int i = 0; i < 10'000; ++i) {
    duration_ms span{static_cast<std::int64_t>(dice() >> (1 + dice() % 63))};
    ASSERT_EQ(parse_duration(to_string(span)), span) << span.count();
  }
}

} // namespace
} // namespace callboard
