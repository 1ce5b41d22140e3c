#include "ops/log_repeats.hpp"

#include <gtest/gtest.h>

namespace callboard::log {
namespace {

using namespace std::chrono_literals;

constexpr message gone{"the store is gone"};
constexpr message late{"the feed is late"};
const repeats::time_point start{1h};

/// How many of these are written.
int written(repeats& r, int count, log_level level, message what, repeats::time_point at) {
  int admitted = 0;
  for (int i = 0; i < count; ++i)
    admitted += r.admit(level, what, at).write ? 1 : 0;
  return admitted;
}

TEST(repeats, the_first_ten_of_a_second_are_written) {
  repeats r;
  EXPECT_EQ(written(r, 100, log_level::error, gone, start), 10);
  EXPECT_EQ(written(r, 100, log_level::error, gone, start + 999ms), 0);
  EXPECT_EQ(written(r, 100, log_level::error, gone, start + 1s), 10);
}

TEST(repeats, the_next_line_says_how_many_were_not) {
  repeats r;
  written(r, 25, log_level::error, gone, start);
  auto next = r.admit(log_level::error, gone, start + 1s);
  EXPECT_TRUE(next.write);
  EXPECT_EQ(next.suppressed, 15);
  EXPECT_EQ(r.admit(log_level::error, gone, start + 1s).suppressed, 0) << "said once";
}

TEST(repeats, messages_and_levels_are_counted_apart) {
  repeats r;
  written(r, 100, log_level::error, gone, start);
  EXPECT_EQ(written(r, 5, log_level::error, late, start), 5);
  EXPECT_EQ(written(r, 5, log_level::warn, gone, start), 5);
}

TEST(repeats, what_nobody_repeats_is_told_when_its_second_is_over) {
  repeats r;
  written(r, 12, log_level::warn, gone, start);
  written(r, 3, log_level::error, late, start);
  EXPECT_TRUE(r.take_over(start + 999ms).empty());
  auto over = r.take_over(start + 1s);
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0].text, gone.text());
  EXPECT_EQ(over[0].level, log_level::warn);
  EXPECT_EQ(over[0].suppressed, 2);
  EXPECT_TRUE(r.take_over(start + 2s).empty()) << "said once";
  EXPECT_EQ(r.admit(log_level::warn, gone, start + 2s).suppressed, 0);
}

TEST(repeats, none_is_lost_in_the_counting) {
  repeats r;
  std::int64_t accounted = 0;
  for (int i = 0; i < 5000; ++i) {
    auto at = start + i * 7ms;
    auto each = r.admit(log_level::error, i % 3 == 0 ? gone : late, at);
    accounted += each.suppressed + (each.write ? 1 : 0);
    if (i % 100 == 0)
      for (const auto& over : r.take_over(at))
        accounted += over.suppressed;
  }
  for (const auto& over : r.take_over(repeats::time_point::max()))
    accounted += over.suppressed;
  EXPECT_EQ(accounted, 5000);
}

} // namespace
} // namespace callboard::log
