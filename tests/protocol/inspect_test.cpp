#include "protocol/interfaces.hpp"

#include <gtest/gtest.h>

namespace callboard {
namespace {

TEST(inspect, calls_a_message_by_its_name_and_nothing_more) {
  EXPECT_EQ(caf::deep_to_string(deadline{7}), "deadline(7)");
  EXPECT_TRUE(caf::deep_to_string(actor_info{}).starts_with("actor_info(")) << caf::deep_to_string(actor_info{});
}

} // namespace
} // namespace callboard
