#include "persistence/fold.hpp"
#include "persistence/sqlite/search_words.hpp"

#include <gtest/gtest.h>

namespace callboard::sqlite {
namespace {

TEST(search_words, words_are_quoted_and_all_wanted) {
  auto words = parse_search("refund  card");
  EXPECT_EQ(words.wanted, R"("refund" AND "card")");
  EXPECT_EQ(words.unwanted, "");
}

TEST(search_words, phrases_and_absences) {
  auto words = parse_search(R"("charged twice" -card -"no money" last)");
  EXPECT_EQ(words.wanted, R"("charged twice" AND "last")");
  EXPECT_EQ(words.unwanted, R"("card" OR "no money")");
}

TEST(search_words, a_star_asks_for_beginnings) {
  EXPECT_EQ(parse_search("pri*").wanted, R"("pri*" *)");
  EXPECT_EQ(parse_search(R"("pri*")").wanted, R"("pri*")") << "not in a phrase";
}

TEST(search_words, quotes_are_doubled_and_zero_bytes_separate) {
  EXPECT_EQ(parse_search("a\"b").wanted, R"("a""b")");
  EXPECT_EQ(parse_search(std::string_view{"a\0b", 3}).wanted, R"("a" AND "b")");
  EXPECT_EQ(parse_search("\"unclosed card").wanted, R"("unclosed card")");
  EXPECT_EQ(parse_search(std::string_view{"\"a\0b\"", 5}).wanted, R"("a b")");
}

TEST(search_words, what_is_no_word_is_skipped) {
  auto words = parse_search("? – \"\" - -! *");
  EXPECT_TRUE(words.finds_nothing());
  EXPECT_FALSE(parse_search("").finds_nothing());
  EXPECT_TRUE(parse_search(" \t\n").blank);
  EXPECT_EQ(parse_search("漢字 ñ ж").wanted, R"("漢字" AND "ñ" AND "ж")");
}

TEST(search_words, only_so_many_terms_are_looked_at) {
  std::string text;
  for (int i = 0; i < 1'000; ++i)
    text += "w" + std::to_string(i) + " ";
  auto words = parse_search(text);
  EXPECT_NE(words.wanted.find("\"w31\""), std::string::npos);
  EXPECT_EQ(words.wanted.find("\"w32\""), std::string::npos);
}

TEST(fold, every_alphabet_has_one_case) {
  EXPECT_EQ(folded("ABC xyz 123"), "abc xyz 123");
  EXPECT_EQ(folded("ÄÖÜ ÉÑ ΑΒΓ ЖУК"), "äöü éñ αβγ жук");
  EXPECT_EQ(folded("漢字 😀"), "漢字 😀");
  EXPECT_EQ(folded("\xff\xc3(A"), "\xff\xc3(a") << "what is not UTF-8 stays";
  EXPECT_EQ(folded(""), "");
}

} // namespace
} // namespace callboard::sqlite
