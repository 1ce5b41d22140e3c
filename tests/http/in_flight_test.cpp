#include "http/in_flight.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace callboard::http {
namespace {

TEST(in_flight, one_request_a_key) {
  in_flight_table table;
  auto first = table.take("ann", "k");
  EXPECT_TRUE(first);
  EXPECT_FALSE(table.take("ann", "k"));
  EXPECT_TRUE(table.take("bob", "k")) << "keys belong to their principal";
  EXPECT_TRUE(table.take("ann", "l"));
  EXPECT_EQ(table.size(), 1u);
}

TEST(in_flight, who_waits_is_called_when_it_ends) {
  in_flight_table table;
  int called = 0;
  {
    auto first = table.take("ann", "k");
    EXPECT_FALSE(table.take("ann", "k", [&] { ++called; }));
    EXPECT_FALSE(table.take("ann", "k", [&] { ++called; }));
    EXPECT_EQ(called, 0);
  }
  EXPECT_EQ(called, 2);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(table.take("ann", "k"));
}

TEST(in_flight, a_holder_that_moves_releases_once) {
  in_flight_table table;
  int called = 0;
  auto first = table.take("ann", "k");
  EXPECT_FALSE(table.take("ann", "k", [&] { ++called; }));
  auto moved = std::move(first);
  first = {};
  EXPECT_EQ(called, 0);
  moved = {};
  EXPECT_EQ(called, 1);
}

TEST(in_flight, the_forgotten_are_not_called) {
  in_flight_table table;
  int called = 0;
  auto first = table.take("ann", "k");
  EXPECT_FALSE(table.take("ann", "k", [&] { ++called; }));
  table.forget_waiting();
  first = {};
  EXPECT_EQ(called, 0);
}

TEST(in_flight, threads_take_turns) {
  in_flight_table table;
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> turns{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int taken = 0; taken < 500;) {
        auto holder = table.take("ann", "k");
        if (!holder) {
          std::this_thread::yield();
          continue;
        }
        ++taken;
        most = std::max(most.load(), ++inside);
        ++turns;
        --inside;
      }
    });
  for (auto& each : threads)
    each.join();
  EXPECT_EQ(turns, 2000);
  EXPECT_EQ(most, 1);
}

} // namespace
} // namespace callboard::http
