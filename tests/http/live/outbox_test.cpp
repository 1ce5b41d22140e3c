#include "http/live/outbox.hpp"

#include <gtest/gtest.h>

#include <random>

namespace callboard::http {
namespace {

void put(outbox& box, std::string_view text, std::int64_t feed_id) {
  box.tail() += text;
  box.commit(feed_id);
}

TEST(outbox, has_room_until_either_bound) {
  outbox few{2, 1'000};
  put(few, "a", 1);
  EXPECT_TRUE(few.has_room(1));
  put(few, "b", 2);
  EXPECT_FALSE(few.has_room(1));
  EXPECT_TRUE(few.is_crowded());

  outbox small{100, 10};
  put(small, "12345678", 1);
  EXPECT_TRUE(small.has_room(2));
  EXPECT_FALSE(small.has_room(3));
}

TEST(outbox, takes_one_message_of_any_size_when_empty) {
  outbox box{2, 10};
  EXPECT_TRUE(box.has_room(1'000'000));
}

TEST(outbox, makes_room_message_by_message_as_bytes_are_sent) {
  outbox box{3, 1'000};
  for (int i = 1; i <= 3; ++i)
    put(box, "1234", i);
  box.sent(3);
  EXPECT_EQ(box.messages(), 3u);
  box.sent(1);
  EXPECT_EQ(box.messages(), 2u);
  box.sent(5);
  EXPECT_EQ(box.messages(), 1u);
  EXPECT_EQ(box.unsent(), "234");
  box.sent(3);
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.messages(), 0u);
}

TEST(outbox, drops_what_is_not_begun_and_says_where_that_begins) {
  outbox box{10, 1'000};
  for (int i = 5; i <= 9; ++i)
    put(box, "abcd", i);
  box.sent(6); // the first, and half of the second
  EXPECT_EQ(box.drop_unsent(), 7);
  EXPECT_EQ(box.unsent(), "cd");
  EXPECT_EQ(box.messages(), 1u);
  put(box, "bye", outbox::no_event);
  EXPECT_EQ(box.unsent(), "cdbye");
}

TEST(outbox, drops_everything_when_nothing_is_begun) {
  outbox box{10, 1'000};
  put(box, "abcd", 4);
  put(box, "ping", outbox::no_event);
  EXPECT_EQ(box.drop_unsent(), 4);
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.drop_unsent(), outbox::no_event);
}

TEST(outbox, sends_every_byte_in_order_however_it_is_cut) {
  auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 dice{seed};
  outbox box{1'000'000, 1'000'000};
  std::string put_in, came_out;
  for (int i = 0; i < 2'000; ++i) {
    if (dice() % 2) {
      std::string text(dice() % 200, static_cast<char>('a' + i % 26));
      text += '.';
      put(box, text, i);
      put_in += text;
    }
    auto size = std::min<std::size_t>(box.bytes(), dice() % 300);
    came_out += box.unsent().substr(0, size);
    box.sent(size);
    ASSERT_EQ(box.empty(), box.messages() == 0);
  }
  came_out += box.unsent();
  EXPECT_EQ(came_out, put_in);
}

} // namespace
} // namespace callboard::http
