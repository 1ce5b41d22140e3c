#include "base/wall_clock.hpp"

#include <gtest/gtest.h>

namespace callboard {
namespace {

using namespace std::chrono_literals;

/// A machine whose clocks are moved by hand.
struct machine {
  wall_clock::reading clocks{timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28}}, 500h};

  wall_clock::reading after(std::chrono::microseconds span) {
    clocks.wall += span;
    clocks.since_boot += span;
    return clocks;
  }
  wall_clock::reading jump(std::chrono::microseconds span) {
    clocks.wall += span;
    return clocks;
  }
};

TEST(wall_clock, is_the_machines_clock_while_that_does_not_jump) {
  machine m;
  wall_clock clock{m.clocks};
  for (auto span : {0us, 1us, 99'999us, 1'000'000us, 86'400'000'000us}) {
    auto reading = m.after(span);
    EXPECT_EQ(clock.time(reading), reading.wall);
    EXPECT_EQ(clock.behind(reading), 0us);
  }
}

TEST(wall_clock, goes_on_through_a_jump) {
  for (std::chrono::microseconds jump :
       {std::chrono::microseconds{24h}, std::chrono::microseconds{-24h}, 1'000'000us}) {
    machine m;
    wall_clock clock{m.clocks};
    auto before = clock.time(m.clocks);
    EXPECT_EQ(clock.time(m.jump(jump)), before);
    EXPECT_EQ(clock.behind(m.clocks), jump);
  }
}

TEST(wall_clock, follows_by_one_part_in_a_hundred) {
  machine m;
  wall_clock clock{m.clocks};
  auto begun = clock.time(m.clocks);
  m.jump(60s);
  for (int seconds = 0; seconds < 1000; ++seconds)
    clock.time(m.after(1s));
  EXPECT_EQ(clock.time(m.clocks), begun + 1010s);
  m.jump(-60s);
  for (int seconds = 0; seconds < 1000; ++seconds)
    clock.time(m.after(1s));
  EXPECT_EQ(clock.time(m.clocks), begun + 2000s) << "slower is not backwards";
}

TEST(wall_clock, has_caught_up_in_the_end) {
  for (std::chrono::microseconds jump : {500'000us, -500'000us}) {
    machine m;
    wall_clock clock{m.clocks};
    m.jump(jump);
    for (int n = 0; n < 600; ++n)
      clock.time(m.after(100ms));
    EXPECT_EQ(clock.behind(m.clocks), 0us);
    EXPECT_EQ(clock.time(m.clocks), m.clocks.wall);
  }
}

TEST(wall_clock, never_goes_backwards_however_often_it_is_asked) {
  machine m;
  wall_clock clock{m.clocks};
  m.jump(-1h);
  auto last = clock.time(m.clocks);
  for (int n = 0; n < 10'000; ++n) {
    auto time = clock.time(m.after(37us * (n % 50)));
    ASSERT_GE(time, last);
    last = time;
  }
}

TEST(wall_clock, of_the_process_is_the_machines) {
  auto before = std::chrono::system_clock::now() - 1s;
  auto time = now();
  EXPECT_LE(before, time);
  EXPECT_LE(time, std::chrono::system_clock::now() + 1s);
  EXPECT_LT(std::chrono::abs(clock_difference()), 1s);
}

} // namespace
} // namespace callboard
