#include "http/clients.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace callboard::http {
namespace {

TEST(clients, connections_are_bounded_by_address_and_in_all) {
  client_registry registry{3, 2};
  auto first = registry.admit("10.0.0.1", false);
  auto second = registry.admit("10.0.0.1", false);
  ASSERT_TRUE(first.slot && second.slot);
  EXPECT_EQ(first.who, second.who);
  EXPECT_EQ(registry.admit("10.0.0.1", false).verdict, admission_verdict::too_many_here);
  auto other = registry.admit("10.0.0.2", false);
  EXPECT_EQ(other.verdict, admission_verdict::admitted);
  EXPECT_TRUE(registry.is_full());
  EXPECT_EQ(registry.admit("10.0.0.3", false).verdict, admission_verdict::too_many);
  second.slot.reset();
  EXPECT_EQ(registry.connections(), 2);
  EXPECT_EQ(registry.admit("10.0.0.1", false).verdict, admission_verdict::admitted);
}

TEST(clients, loopback_is_bounded_in_all_only) {
  client_registry registry{10, 1};
  std::vector<connection_slot> slots;
  for (int i = 0; i < 10; ++i)
    slots.push_back(registry.admit("127.0.0.1", true).slot);
  EXPECT_EQ(registry.connections(), 10);
  EXPECT_EQ(registry.admit("127.0.0.1", true).verdict, admission_verdict::too_many);
}

TEST(clients, whoever_waits_for_room_is_told_when_there_is_some) {
  client_registry registry{1, 1};
  int told = 0;
  registry.on_room([&] { ++told; });
  auto only = registry.admit("a", true);
  EXPECT_EQ(told, 0);
  only.slot.reset();
  EXPECT_EQ(told, 1);
}

TEST(clients, permits_are_bounded_by_client_and_in_all_and_come_back) {
  permit_pool pool{3, 2, 2};
  client ann;
  client bob;
  permit_pool::permit one, two, three, four;
  EXPECT_EQ(pool.take(ann, false, one), permit_verdict::granted);
  EXPECT_EQ(pool.look(ann, false), permit_verdict::granted);
  EXPECT_EQ(pool.take(ann, false, two), permit_verdict::granted);
  EXPECT_EQ(pool.look(ann, false), permit_verdict::principal_exhausted);
  EXPECT_EQ(pool.take(ann, false, three), permit_verdict::principal_exhausted);
  EXPECT_EQ(pool.look(bob, false), permit_verdict::granted);
  EXPECT_EQ(pool.take(bob, false, three), permit_verdict::granted);
  EXPECT_EQ(pool.look(bob, false), permit_verdict::total_exhausted);
  EXPECT_EQ(pool.take(bob, false, four), permit_verdict::total_exhausted);
  EXPECT_EQ(pool.taken(), 3);
  one = {};
  EXPECT_EQ(pool.taken(), 2);
  EXPECT_EQ(pool.take(bob, false, four), permit_verdict::granted);
  auto moved = std::move(two);
  two = {};
  EXPECT_EQ(pool.taken(), 3) << "a permit that moved is still held";
  moved = {};
  three = {};
  four = {};
  EXPECT_EQ(pool.taken(), 0);
  EXPECT_EQ(ann.permits, 0);
  EXPECT_EQ(bob.permits, 0);
}

TEST(clients, permits_of_changes_are_fewer) {
  permit_pool pool{3, 3, 1};
  client ann;
  permit_pool::permit one, two, three;
  EXPECT_EQ(pool.look(ann, true), permit_verdict::granted);
  EXPECT_EQ(pool.take(ann, true, one), permit_verdict::granted);
  EXPECT_EQ(pool.look(ann, true), permit_verdict::writes_exhausted);
  EXPECT_EQ(pool.take(ann, true, two), permit_verdict::writes_exhausted);
  EXPECT_EQ(pool.taken(), 1) << "what was refused took nothing";
  EXPECT_EQ(pool.take(ann, false, two), permit_verdict::granted) << "what changes nothing does not wait for the store";
  auto moved = std::move(one);
  EXPECT_EQ(pool.look(ann, true), permit_verdict::writes_exhausted);
  two = std::move(moved);
  EXPECT_EQ(pool.take(ann, true, three), permit_verdict::writes_exhausted);
  two = {};
  moved = {};
  EXPECT_EQ(pool.taken(), 0);
  EXPECT_EQ(pool.take(ann, true, three), permit_verdict::granted);
}

TEST(clients, many_threads_never_take_more_than_there_are) {
  permit_pool pool{8, 8, 4};
  client ann;
  std::atomic<int> held{0};
  std::atomic<bool> exceeded{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 5'000; ++n) {
        permit_pool::permit p;
        if (pool.take(ann, true, p) == permit_verdict::granted) {
          if (++held > 4)
            exceeded = true;
          --held;
        }
      }
    });
  for (auto& each : threads)
    each.join();
  EXPECT_FALSE(exceeded);
  EXPECT_EQ(pool.taken(), 0);
}

} // namespace
} // namespace callboard::http
