#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace callboard {
namespace {

constexpr std::string_view sample = "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e";

std::string spelled(const uuid_bytes& bytes) {
  std::string out;
  append_uuid(out, bytes);
  return out;
}

std::int64_t millis_of(const uuid_bytes& id) {
  std::int64_t millis = 0;
  for (int i = 0; i < 6; ++i)
    millis = millis << 8 | id[static_cast<std::size_t>(i)];
  return millis;
}

TEST(uuid7, has_version_seven_and_the_rfc_variant) {
  for (int i = 0; i < 1'000; ++i) {
    auto id = make_uuid7();
    ASSERT_EQ(id[6] >> 4, 7) << spelled(id);
    ASSERT_EQ(id[8] >> 6, 2) << spelled(id);
  }
}

TEST(uuid7, begins_with_the_milliseconds_of_now) {
  auto before = to_micros(now()) / 1'000;
  auto id = make_uuid7();
  auto after = to_micros(now()) / 1'000;
  EXPECT_LE(before, millis_of(id));
  // Ids made faster than one per 250 ns run ahead of the clock, at most by what was made in this thread so far.
  EXPECT_LE(millis_of(id), after + 1'000);
}

TEST(uuid7, grows_strictly_within_a_thread_as_bytes_and_as_text) {
  auto last = make_uuid7();
  for (int i = 0; i < 100'000; ++i) {
    auto next = make_uuid7();
    ASSERT_LT(last, next);
    ASSERT_LT(spelled(last), spelled(next));
    last = next;
  }
}

TEST(uuid7, never_repeats_between_threads) {
  constexpr std::size_t each = 20'000;
  std::vector<std::vector<uuid_bytes>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made)
      threads.emplace_back([&mine] {
        for (std::size_t i = 0; i < each; ++i)
          mine.push_back(make_uuid7());
      });
  }
  std::vector<uuid_bytes> all;
  for (const auto& mine : made)
    all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all.size(), 4 * each);
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(uuid7, has_a_random_tail_whose_every_bit_moves) {
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;
  for (int i = 0; i < 1'000; ++i) {
    auto id = make_uuid7();
    std::uint64_t tail = 0;
    for (std::size_t b = 8; b < 16; ++b)
      tail = tail << 8 | id[b];
    ones |= tail;
    zeros |= ~tail;
  }
  EXPECT_EQ(ones, 0xbfff'ffff'ffff'ffff);
  EXPECT_EQ(zeros, 0x7fff'ffff'ffff'ffff);
}

TEST(uuid7, follows_from_a_seed_where_it_is_planned) {
  auto planned = [](std::uint64_t seed) {
    std::vector<uuid_bytes> made;
    // In a thread of its own: the others' ids stay what they are.
    std::thread{[&] {
      plan_ids(seed);
      for (int i = 0; i < 5'000; ++i)
        made.push_back(make_uuid7());
    }}.join();
    return made;
  };
  auto first = planned(7);
  EXPECT_EQ(first, planned(7));
  EXPECT_NE(first, planned(8));
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end()));
}

TEST(parse_uuid, reads_both_cases_and_writes_the_lower_one) {
  EXPECT_EQ(spelled(*parse_uuid(sample)), sample);
  EXPECT_EQ(spelled(*parse_uuid("018F3C4E-7D2A-7B3C-9D4E-5F6A7B8C9D0E")), sample);
  EXPECT_EQ(spelled(*parse_uuid("00000000-0000-0000-0000-000000000000")), "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(spelled(*parse_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff")), "ffffffff-ffff-ffff-ffff-ffffffffffff");
}

TEST(parse_uuid, refuses_every_other_spelling) {
  for (std::string_view text :
       {"", "018f3c4e", "018f3c4e7d2a7b3c9d4e5f6a7b8c9d0e", "{018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e}",
        "urn:uuid:018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e", "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0",
        "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e0", "018f3c4e-7d2a-7b3c-9d4e5f6a7b8c9d0e-",
        "018f3c4e_7d2a_7b3c_9d4e_5f6a7b8c9d0e", "018f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0g",
        " 18f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e", "+18f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e",
        "0x8f3c4e-7d2a-7b3c-9d4e-5f6a7b8c9d0e"})
    EXPECT_FALSE(parse_uuid(text)) << text;
}

TEST(parse_uuid, refuses_any_wrong_byte_at_any_place) {
  for (std::size_t at = 0; at < sample.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string text{sample};
      text[at] = static_cast<char>(byte);
      bool hex = std::isxdigit(byte) != 0;
      bool right = sample[at] == '-' ? byte == '-' : hex;
      ASSERT_EQ(parse_uuid(text).has_value(), right) << text;
    }
}

TEST(strong_id, reads_back_what_it_says) {
  for (int i = 0; i < 1'000; ++i) {
    auto id = ticket_id::make();
    ASSERT_EQ(ticket_id::parse(to_string(id)), id);
  }
}

TEST(strong_id, is_nil_until_it_is_made) {
  EXPECT_TRUE(ticket_id{}.is_nil());
  EXPECT_FALSE(ticket_id::make().is_nil());
}

TEST(strong_id, of_one_kind_never_mixes_with_another) {
  static_assert(!std::is_convertible_v<ticket_id, user_id>);
  static_assert(!std::is_constructible_v<ticket_id, user_id>);
  static_assert(!std::is_constructible_v<bool, ticket_id>);
  SUCCEED();
}

TEST(strong_id, hashes_apart) {
  std::unordered_set<std::size_t> hashes;
  for (int i = 0; i < 10'000; ++i)
    hashes.insert(std::hash<ticket_id>{}(ticket_id::make()));
  EXPECT_EQ(hashes.size(), 10'000u);
}

} // namespace
} // namespace callboard
