#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace callboard {
namespace {

/// RFC 3629, section 4: each row is one alternative of the grammar, as ranges of bytes.
struct row {
  std::array<std::pair<int, int>, 4> ranges;
  int size;
};

constexpr std::pair tail{0x80, 0xbf};
constexpr std::pair none{0, 0};
constexpr std::array grammar{
  row{{std::pair{0x00, 0x7f}, none, none, none}, 1},
  row{{std::pair{0xc2, 0xdf}, tail, none, none}, 2},
  row{{std::pair{0xe0, 0xe0}, std::pair{0xa0, 0xbf}, tail, none}, 3},
  row{{std::pair{0xe1, 0xec}, tail, tail, none}, 3},
  row{{std::pair{0xed, 0xed}, std::pair{0x80, 0x9f}, tail, none}, 3},
  row{{std::pair{0xee, 0xef}, tail, tail, none}, 3},
  row{{std::pair{0xf0, 0xf0}, std::pair{0x90, 0xbf}, tail, tail}, 4},
  row{{std::pair{0xf1, 0xf3}, tail, tail, tail}, 4},
  row{{std::pair{0xf4, 0xf4}, std::pair{0x80, 0x8f}, tail, tail}, 4},
};

/// The size of the sequence that the grammar allows at the beginning of `text`, or 0.
int size_by_grammar(std::string_view text) {
  for (const auto& r : grammar) {
    bool fits = text.size() >= static_cast<std::size_t>(r.size);
    for (int i = 0; fits && i < r.size; ++i) {
      auto byte = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]);
      auto [from, to] = r.ranges[static_cast<std::size_t>(i)];
      fits = from <= byte && byte <= to;
    }
    if (fits)
      return r.size;
  }
  return 0;
}

std::string encoded(char32_t point) {
  auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (point < 0x80)
    return {byte(point)};
  if (point < 0x800)
    return {byte(0xc0 | point >> 6), byte(0x80 | (point & 0x3f))};
  if (point < 0x10000)
    return {byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f))};
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), byte(0x80 | (point >> 6 & 0x3f)),
          byte(0x80 | (point & 0x3f))};
}

void expect_as_the_grammar_says(std::string_view text) {
  auto size = size_by_grammar(text);
  auto step = utf8_next(text, 0);
  ASSERT_EQ(step.valid, size != 0) << testing::PrintToString(text);
  ASSERT_EQ(step.size, size == 0 ? 1 : size) << testing::PrintToString(text);
}

TEST(utf8, decodes_every_code_point) {
  for (char32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point <= 0xdfff)
      continue;
    auto text = encoded(point);
    auto step = utf8_next(text, 0);
    ASSERT_TRUE(step.valid) << static_cast<unsigned>(point);
    ASSERT_EQ(step.code_point, point);
    ASSERT_EQ(step.size, text.size());
  }
}

TEST(utf8, accepts_exactly_the_grammar_of_rfc_3629_for_any_two_bytes) {
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b)
      for (std::string_view end : {"", "\x80", "\xbf\x80", "\xbf\xbf", "\x7f\x80", "\x80\xc0", "\x80\x80"}) {
        std::string text{static_cast<char>(a), static_cast<char>(b)};
        text += end;
        expect_as_the_grammar_says(text);
      }
}

TEST(utf8, accepts_exactly_the_grammar_around_each_border) {
  constexpr std::array edge{0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
  for (int lead = 0xe0; lead < 0x100; ++lead)
    for (int b : edge)
      for (int c : edge)
        for (int d : edge)
          expect_as_the_grammar_says(
            std::string{static_cast<char>(lead), static_cast<char>(b), static_cast<char>(c), static_cast<char>(d)});
}

TEST(utf8, refuses_overlong_forms_surrogates_and_what_lies_past_the_end) {
  for (std::string_view text :
       {"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",
        "\xfc\x84\x80\x80\x80\x80", "\xfe", "\xff", "\x80", "\xbf"})
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
}

TEST(utf8, refuses_a_sequence_that_is_cut_at_any_place) {
  for (std::string_view whole : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    for (std::size_t n = 1; n < whole.size(); ++n) {
      EXPECT_FALSE(is_utf8(whole.substr(0, n)));
      EXPECT_FALSE(is_utf8(std::string{whole.substr(0, n)} + "a"));
    }
}

TEST(utf8, takes_nul_bom_and_noncharacters_as_text) {
  EXPECT_TRUE(is_utf8(std::string_view{"a\0b", 3}));
  EXPECT_TRUE(is_utf8("\xef\xbb\xbfyes"));
  EXPECT_TRUE(is_utf8("\xef\xbf\xbf\xf4\x8f\xbf\xbf"));
  EXPECT_TRUE(is_utf8(""));
}

TEST(utf8, steps_by_nothing_at_the_end_and_beyond) {
  EXPECT_EQ(utf8_next("abc", 3).size, 0);
  EXPECT_EQ(utf8_next("abc", 99).size, 0);
  EXPECT_EQ(utf8_next({}, 0).size, 0);
}

TEST(utf8, counts_code_points_and_each_invalid_byte_as_one) {
  EXPECT_EQ(utf8_length(""), 0u);
  EXPECT_EQ(utf8_length("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80"), 9u);
  EXPECT_EQ(utf8_length("\xff\xfe"), 2u);
  EXPECT_EQ(utf8_length("a\xe2\x82"), 3u);
}

} // namespace
} // namespace callboard
