// This header alone: what else is included must not bring the marks.
#include "config/settings.hpp"

#include <gtest/gtest.h>

namespace callboard::config {
namespace {

template <class T>
void expect_help(std::string& without) {
  for_each_member<T>([&](auto d) {
    using member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
    if (marks_of<d.pointer>.help.empty())
      without.append(d.name).append(" ");
    if constexpr (described_struct<member>)
      expect_help<member>(without);
  });
}

TEST(settings, never_come_without_their_marks) {
  EXPECT_EQ(marks_of<&server_settings::port>.maximum, 65'535);
  std::string without;
  expect_help<settings>(without);
  EXPECT_EQ(without, "");
}

} // namespace
} // namespace callboard::config
