#include "base/json_read.hpp"
#include "base/json_write.hpp"
#include "tests/base/random_value.hpp"

#include <gtest/gtest.h>

namespace callboard {
namespace {

using namespace testing_support;

BOOST_DEFINE_ENUM_CLASS(colour, red, dark_blue, green)

struct leaf {
  std::string text;
  std::optional<double> number;
  std::optional<timestamp> time;

  bool operator==(const leaf&) const = default;
};
BOOST_DESCRIBE_STRUCT(leaf, (), (text, number, time))

struct branch : leaf {
  bool flag = false;
  std::int64_t wide = 0;
  std::int32_t narrow = 0;
  std::uint16_t small = 0;
  double real = 0;
  timestamp at;
  duration_ms span{};
  ticket_id id;
  std::optional<user_id> owner;
  colour paint = colour::red;
  std::optional<colour> shade;
  std::vector<leaf> leaves;
  std::vector<std::vector<std::string>> words;
  std::map<std::string, std::vector<int>> table;
  patch_field<std::string> renamed;
  patch_field<leaf> moved;
  patch_field<std::vector<std::string>> listed;

  bool operator==(const branch&) const = default;
};
BOOST_DESCRIBE_STRUCT(branch, (leaf),
                      (flag, wide, narrow, small, real, at, span, id, owner, paint, shade, leaves, words, table,
                       renamed, moved, listed))

TEST(json_round_trip, gives_back_any_described_value) {
  for (auto seed : test_seeds()) {
    SCOPED_TRACE(seed);
    dice d{seed};
    for (int i = 0; i < 3'000; ++i) {
      auto value = random_value<branch>(d);
      auto text = to_json(value);
      auto read = from_json_text<branch>(text, read_as::request);
      ASSERT_TRUE(read) << text << "\n" << to_json(read.error().errors);
      ASSERT_EQ(*read, value) << text;
      ASSERT_EQ(to_json(*read), text);
    }
  }
}

TEST(json_round_trip, gives_back_any_double_exactly) {
  for (auto seed : test_seeds()) {
    SCOPED_TRACE(seed);
    dice d{seed};
    int inexact = 0;
    for (int i = 0; i < 100'000; ++i) {
      auto value = random_double(d);
      auto read = from_json_text<double>(to_json(value), read_as::request);
      ASSERT_TRUE(read) << to_json(value);
      inexact += *read != value;
      ASSERT_NEAR(*read / (value == 0 ? 1 : value), value == 0 ? 0 : 1, 1e-15) << to_json(value);
    }
    EXPECT_EQ(inexact, 0);
  }
}

TEST(json_round_trip, survives_any_single_change_of_a_byte) {
  for (auto seed : test_seeds()) {
    SCOPED_TRACE(seed);
    dice d{seed};
    int refused = 0;
    for (int i = 0; i < 3'000; ++i) {
      auto text = to_json(random_value<branch>(d));
      text[below(d, text.size())] = static_cast<char>(d());
      auto read = from_json_text<branch>(text, read_as::request);
      refused += !read.has_value();
      if (read) {
        ASSERT_EQ(*from_json_text<branch>(to_json(*read), read_as::request), *read);
      }
    }
    EXPECT_GT(refused, 0);
  }
}

} // namespace
} // namespace callboard
