#include "config/nearest_name.hpp"

#include <gtest/gtest.h>

namespace callboard::config {
namespace {

const std::vector<std::string> known{"server.port", "admin.port", "server.host", "ai.mode", "ai.policy.classify.mode"};

TEST(did_you_mean, finds_the_nearest) {
  EXPECT_EQ(did_you_mean("server.prot", known), "; did you mean server.port?") << "swapped";
  EXPECT_EQ(did_you_mean("sever.port", known), "; did you mean server.port?") << "missing";
  EXPECT_EQ(did_you_mean("server.portt", known), "; did you mean server.port?") << "added";
  EXPECT_EQ(did_you_mean("SERVER-PORT", known), "; did you mean server.port?") << "case";
  EXPECT_EQ(did_you_mean("server.post", known), "; did you mean server.port or server.host?") << "both one away";
}

TEST(did_you_mean, finds_the_same_last_part_elsewhere) {
  EXPECT_EQ(did_you_mean("port", known), "; did you mean server.port or admin.port?");
  EXPECT_EQ(did_you_mean("classification.mode", known), "; did you mean ai.mode or ai.policy.classify.mode?");
}

TEST(did_you_mean, is_silent_when_nothing_is_near) {
  EXPECT_EQ(did_you_mean("completely_else", known), "");
  EXPECT_EQ(did_you_mean("", known), "");
  EXPECT_EQ(did_you_mean("server.port", {}), "");
  EXPECT_EQ(did_you_mean(std::string(5'000, 'x'), known), "");
  EXPECT_EQ(did_you_mean("xy", {"ab"}), "") << "every letter differs";
}

TEST(did_you_mean, names_three_at_most) {
  EXPECT_EQ(did_you_mean("axxxxx", {"bxxxxx", "cxxxxx", "dxxxxx", "exxxxx"}),
            "; did you mean bxxxxx or cxxxxx or dxxxxx?");
}

} // namespace
} // namespace callboard::config
