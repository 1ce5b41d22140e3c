#include "persistence/postgres/search_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace callboard::postgres {
namespace {

using texts = search_words::texts;

TEST(tsquery_words, single_words_are_found_in_any_form_and_all_are_wanted) {
  auto found = parse_search("Refund  CARD");
  EXPECT_EQ(found.words, (texts{"refund", "card"}));
  EXPECT_TRUE(found.wants());
  EXPECT_FALSE(found.avoids() || found.finds_nothing() || found.blank);
}

TEST(tsquery_words, phrases_and_beginnings_are_exact) {
  auto found = parse_search(R"("Charged twice" pri* "card" last)");
  EXPECT_EQ(found.exact, (texts{"'charged' <-> 'twice'", "'pri':*", "'card'"}));
  EXPECT_EQ(found.words, texts{"last"});
  EXPECT_EQ(parse_search(R"("pri*")").exact, texts{"'pri'"}) << "no beginning in a phrase";
}

TEST(tsquery_words, absences_are_kept_apart) {
  auto found = parse_search(R"(-card -"no money" -pri* -no-reply)");
  EXPECT_EQ(found.unwanted_words, texts{"card"});
  EXPECT_EQ(found.unwanted_exact, (texts{"'no' <-> 'money'", "'pri':*", "'no' <-> 'reply'"}));
  EXPECT_TRUE(found.avoids());
  EXPECT_FALSE(found.wants() || found.finds_nothing());
}

TEST(tsquery_words, what_is_no_letter_separates_words) {
  EXPECT_EQ(parse_search("ann@example.com").exact, texts{"'ann' <-> 'example' <-> 'com'"});
  EXPECT_EQ(parse_search("a'b:c|d&!e\\").exact, texts{"'a' <-> 'b' <-> 'c' <-> 'd' <-> 'e'"});
  EXPECT_EQ(parse_search("version-1.5*").exact, texts{"'version' <-> '1' <-> '5':*"});
  EXPECT_EQ(parse_search(std::string_view{"a\0b", 3}).words, (texts{"a", "b"}));
  EXPECT_EQ(parse_search("a\xff\xfe"
                         "b")
              .exact,
            texts{"'a' <-> 'b'"});
  EXPECT_EQ(parse_search("漢字 ñ Ж").words, (texts{"漢字", "ñ", "ж"}));
}

TEST(tsquery_words, what_is_no_word_is_skipped) {
  EXPECT_TRUE(parse_search("? – \"\" - -! * -* ' :* \xcc\x81 \xff").finds_nothing());
  EXPECT_FALSE(parse_search("").finds_nothing());
  EXPECT_TRUE(parse_search(" \t\n").blank);
  EXPECT_EQ(parse_search("? card").words, texts{"card"});
}

TEST(tsquery_words, only_so_much_is_looked_at) {
  std::string text, phrase = "\"";
  for (int i = 0; i < 1'000; ++i) {
    text += "w" + std::to_string(i) + " ";
    phrase += "w ";
  }
  EXPECT_EQ(parse_search(text).words.size(), 32u);
  auto exact = parse_search(phrase).exact.at(0);
  EXPECT_EQ(std::count(exact.begin(), exact.end(), 'w'), 64);
}

TEST(tsquery_words, a_word_too_long_for_the_index_is_in_no_text) {
  std::string word(3'000, 'x');
  EXPECT_TRUE(parse_search("card " + word).finds_nothing());
  EXPECT_TRUE(parse_search("\"a " + word).finds_nothing());
  auto without = parse_search("card -" + word);
  EXPECT_FALSE(without.finds_nothing());
  EXPECT_FALSE(without.avoids());
}

TEST(tsvector_words, only_letters_digits_and_accents_stay) {
  EXPECT_EQ(search_text("E-Mail: Ann@Example.com, +49 (30) 12.5%"), "e mail  ann example com   49  30  12 5 ");
  EXPECT_EQ(search_text("Caf\u00c9 cafe\u0301"), "caf\u00e9 cafe\u0301");
  EXPECT_EQ(search_text(std::string_view{"a\0b\xff", 4}), "a b ");
  EXPECT_EQ(search_text("漢字、ЖУК"), "漢字 жук");
}

} // namespace
} // namespace callboard::postgres
