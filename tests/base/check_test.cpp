#include "base/check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace callboard {
namespace {

TEST(check, is_silent_and_looks_once_while_the_rule_holds) {
  int looks = 0;
  CALLBOARD_CHECK(++looks == 1, "it was looked at once");
  EXPECT_EQ(looks, 1);
}

TEST(check, throws_with_the_rule_its_sentence_and_the_place) {
  try {
    CALLBOARD_CHECK(1 + 1 == 3, "sums are right");
    FAIL() << "nothing was thrown";
  } catch (const invariant_broken& fault) {
    std::string what = fault.what();
    for (auto part : {"1 + 1 == 3", "sums are right", "check_test.cpp:"})
      EXPECT_NE(what.find(part), std::string::npos) << what;
  }
}

TEST(check, is_one_statement_after_an_if_without_braces) {
  bool other_branch = false;
  if (other_branch)
    CALLBOARD_CHECK(false, "never looked at");
  else
    other_branch = true;
  EXPECT_TRUE(other_branch);
}

} // namespace
} // namespace callboard
