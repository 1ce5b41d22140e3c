#include "http/descriptors.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace callboard::http {
namespace {

TEST(descriptors, the_soft_limit_is_raised_to_the_hard_one) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(before.rlim_max, 200);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  auto raised = raise_descriptor_limit();
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  if (before.rlim_max != RLIM_INFINITY) {
    EXPECT_EQ(raised, static_cast<std::int64_t>(before.rlim_max));
  }
}

TEST(descriptors, connections_leave_enough_for_the_rest) {
  EXPECT_EQ(connections_within(1'048'576, 20'000), 20'000);
  EXPECT_EQ(connections_within(std::numeric_limits<std::int64_t>::max(), 20'000), 20'000);
  EXPECT_EQ(connections_within(4'096, 20'000), 4'096 - descriptors_reserved);
  EXPECT_EQ(connections_within(4'096, 100), 100);
  EXPECT_EQ(connections_within(1'024, 20'000), 512);
  EXPECT_EQ(connections_within(256, 20'000), 128);
  EXPECT_EQ(connections_within(0, 20'000), 1);
}

} // namespace
} // namespace callboard::http
