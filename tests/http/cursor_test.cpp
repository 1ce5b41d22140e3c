#include "http/cursor.hpp"

#include <gtest/gtest.h>

namespace callboard::http {
namespace {

const std::string key = "0123456789abcdef0123456789abcdef";

TEST(cursor, a_list_cursor_gives_back_what_the_reader_said) {
  for (std::string next : {std::string{"x"}, std::string{"2026-11-20|\0|id", 16}, std::string(300, 'n')})
    EXPECT_EQ(read_list_cursor(key, "list_tickets open", make_list_cursor(key, "list_tickets open", next)), next);
}

TEST(cursor, it_is_good_for_its_own_list_only) {
  auto made = make_list_cursor(key, "list_tickets open", "x");
  EXPECT_FALSE(read_list_cursor(key, "list_tickets closed", made));
  EXPECT_FALSE(read_list_cursor(key, "", made));
}

TEST(cursor, another_stores_key_does_not_open_it) {
  auto made = make_list_cursor(key, "a", "x");
  EXPECT_FALSE(read_list_cursor("another key", "a", made));
}

TEST(cursor, every_changed_byte_is_noticed) {
  const auto made = make_list_cursor(key, "a", "abcdef");
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int accepted = 0;
  for (std::size_t at = 0; at < made.size(); ++at)
    for (char c : digits) {
      auto forged = made;
      forged[at] = c;
      if (forged != made)
        accepted += read_list_cursor(key, "a", forged).has_value() ? 1 : 0;
    }
  EXPECT_EQ(accepted, 0);
  for (std::size_t size = 0; size < made.size(); ++size)
    EXPECT_FALSE(read_list_cursor(key, "a", made.substr(0, size))) << size;
  EXPECT_FALSE(read_list_cursor(key, "a", made + "A"));
}

TEST(cursor, what_is_no_cursor_is_refused) {
  for (std::string text : {"", "abc", "!!!!", "AAAAAAAAAAAAAAAAAAAAAA", " "})
    EXPECT_FALSE(read_list_cursor(key, "a", text)) << text;
  EXPECT_FALSE(read_list_cursor(key, "a", std::string(100'000, 'A')));
}

TEST(cursor, a_feed_cursor_gives_back_its_place) {
  for (feed_position place : {feed_position{0, 0}, feed_position{7, 123456789}, feed_position{-1, INT64_MAX}})
    EXPECT_EQ(read_feed_cursor(key, make_feed_cursor(key, place)), place);
}

TEST(cursor, one_kind_does_not_pass_for_the_other) {
  auto place = make_feed_cursor(key, {1, 2});
  EXPECT_FALSE(read_list_cursor(key, "", place));
  auto list = make_list_cursor(key, "", std::string(16, 'x'));
  EXPECT_FALSE(read_feed_cursor(key, list));
}

} // namespace
} // namespace callboard::http
