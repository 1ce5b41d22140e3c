#include "base/failpoint.hpp"

#include "base/check.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace callboard {
namespace {

class failpoints : public testing::Test {
protected:
  ~failpoints() override { set_failpoints({}); }
};

/// How often of `tries` the place strikes.
int strikes(std::string_view place, int tries, std::string_view subject = {}) {
  int count = 0;
  for (int i = 0; i < tries; ++i)
    try {
      hit_failpoint(place, subject);
    } catch (const std::runtime_error&) {
      ++count;
    }
  return count;
}

TEST_F(failpoints, do_nothing_until_they_are_set) { EXPECT_EQ(strikes("journal.commit", 3), 0); }

TEST_F(failpoints, strike_only_at_their_place) {
  set_failpoints({"journal.commit=throw"});
  EXPECT_EQ(strikes("journal.commit", 3), 3);
  EXPECT_EQ(strikes("journal.commit2", 3), 0);
  EXPECT_EQ(strikes("journal", 3), 0);
}

TEST_F(failpoints, end_after_the_number_of_hits_they_were_given) {
  set_failpoints({"a=throw*2"});
  EXPECT_EQ(strikes("a", 5), 2);
}

TEST_F(failpoints, strike_only_for_subjects_that_contain_the_text) {
  set_failpoints({"a@poison=throw*1"});
  EXPECT_EQ(strikes("a", 3, "healthy"), 0);
  EXPECT_EQ(strikes("a", 3, "the poison ticket"), 1);
}

TEST_F(failpoints, follow_each_other_at_one_place) {
  set_failpoints({"a@x=throw*1", "a=throw*1"});
  EXPECT_EQ(strikes("a", 5, "x"), 2);
}

TEST_F(failpoints, can_hold_their_thread_for_a_while) {
  set_failpoints({"a=sleep:2ms"});
  auto begin = std::chrono::steady_clock::now();
  hit_failpoint("a");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{2});
}

TEST_F(failpoints, can_end_the_process_at_once) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  set_failpoints({"a=exit"});
  EXPECT_EXIT(hit_failpoint("a"), testing::ExitedWithCode(137), "");
}

TEST_F(failpoints, are_replaced_as_a_whole) {
  set_failpoints({"a=throw"});
  set_failpoints({"b=throw"});
  EXPECT_EQ(strikes("a", 1), 0);
  EXPECT_EQ(strikes("b", 1), 1);
}

TEST_F(failpoints, say_what_is_wrong_with_what_cannot_be_read) {
  for (auto spec : {"", "a", "=throw", "@x=throw", "a=", "a=jump", "a=throw*", "a=throw*x", "a=throw*-1", "a=throw*1x",
                    "a=sleep", "a=sleep:", "a=sleep:5", "a=sleep:-5ms", "a=sleep:5ms*", "a=exit:1"}) {
    EXPECT_TRUE(fault_of_failpoint(spec)) << spec;
    EXPECT_THROW(set_failpoints({"b=throw", spec}), invariant_broken) << spec;
  }
  EXPECT_FALSE(fault_of_failpoint("place@some text=sleep:20ms*3"));
  EXPECT_EQ(strikes("b", 1), 0) << "what was set stays";
}

} // namespace
} // namespace callboard
