#include "persistence/postgres/search_words.hpp"
#include "tests/persistence/postgres_store.hpp"

namespace callboard::contract {
namespace {

/// Texts as the schema indexes them, and what is asked of them.
class postgres_search : public testing::Test {
protected:
  static void SetUpTestSuite() {
    place = std::make_unique<postgres_store>();
    place->open();
  }
  static void TearDownTestSuite() { place.reset(); }

  bool finds(std::string_view question, std::string_view language, std::string_view body, std::string_view title = "") {
    auto words = postgres::parse_search(question);
    auto row = db.ask("SELECT coalesce(search_words($1, $2, $3) @@ search_query($4, $5, $6, $7), false)", language,
                      postgres::search_text(title), postgres::search_text(body), postgres::array_of(words.words),
                      postgres::array_of(words.exact), postgres::array_of(words.unwanted_words),
                      postgres::array_of(words.unwanted_exact));
    return row.next() && row.get<bool>(0);
  }

  static inline std::unique_ptr<postgres_store> place;
  postgres::connection db = place->database.look();
};

TEST_F(postgres_search, a_word_is_found_in_the_forms_of_its_language) {
  EXPECT_TRUE(finds("printer", "english", "Both printers are burning"));
  EXPECT_TRUE(finds("burned printers", "english", "The printer burns"));
  EXPECT_TRUE(finds("Rechnung", "german", "Meine Rechnungen fehlen"));
  EXPECT_TRUE(finds("facturas", "spanish", "Falta la factura"));
  EXPECT_FALSE(finds("printer", "simple", "Both printers are burning")) << "of no language only the word itself";
  EXPECT_TRUE(finds("printers", "simple", "Both printers are burning"));
}

TEST_F(postgres_search, a_form_of_one_language_is_no_word_of_another) {
  EXPECT_FALSE(finds("note", "english", "It does not print")) << "the German stem of note is not";
  EXPECT_TRUE(finds("note", "german", "Es ist in Not"));
  EXPECT_TRUE(finds("note", "english", "I left two notes"));
}

TEST_F(postgres_search, a_word_that_its_language_leaves_out_is_found_as_it_is) {
  for (std::string_view language : {"simple", "english", "german", "spanish"}) {
    EXPECT_TRUE(finds("the", language, "on the roof")) << language;
    EXPECT_TRUE(finds("der Drucker", language, "der Drucker brennt")) << language;
    EXPECT_FALSE(finds("-the", language, "on the roof")) << language;
  }
}

TEST_F(postgres_search, accents_and_case_do_not_matter_in_any_language) {
  for (std::string_view language : {"simple", "english", "german", "spanish"})
    for (std::string_view question : {"cafe", "CAF\u00c9", "cafe\u0301", "\"cafe ole\"", "caf*"})
      for (std::string_view body : {"cafe ole", "Caf\u00e9 ol\u00e9", "cafe\u0301 ole\u0301"})
        EXPECT_TRUE(finds(question, language, body)) << language << " " << question << " " << body;
  EXPECT_TRUE(finds("жук", "simple", "ЖУК"));
  EXPECT_TRUE(finds("漢字", "simple", "漢字"));
}

TEST_F(postgres_search, phrases_and_beginnings_are_words_as_they_are) {
  EXPECT_TRUE(finds("\"charged twice\"", "english", "The card was charged twice."));
  EXPECT_FALSE(finds("\"charge twice\"", "english", "The card was charged twice."));
  EXPECT_FALSE(finds("\"twice charged\"", "english", "The card was charged twice."));
  EXPECT_FALSE(finds("\"refund now\"", "english", "now or never", "refund")) << "from the title into the body";
  EXPECT_TRUE(finds("ref*", "english", "a refund"));
  EXPECT_FALSE(finds("ref", "english", "a refund"));
  EXPECT_FALSE(finds("en*", "english", "a refund")) << "the names of languages are no words";
}

TEST_F(postgres_search, what_the_parser_would_keep_together_is_separate_words) {
  std::string_view body =
    "Mail ann@example.com, see http://example.org/a/b?c=1, order -4711, version 1.5, e-mail, <b>bold</b>";
  for (std::string_view question :
       {"ann", "example", "com", "org", "ann@example.com", "4711", "-4712", "1.5", "5", "mail", "e-mail", "bold", "b"})
    EXPECT_TRUE(finds(question, "english", body)) << question;
}

TEST_F(postgres_search, any_letters_and_digits_are_found_again) {
  for (std::string_view word :
       {"12e5", "1e5abc", "0x1f", "3d", "4ж", "a1b2c3", "٣٤", "x²", "1234567890123456789012345"}) {
    EXPECT_TRUE(finds(word, "english", std::string{"before "}.append(word).append(" after"))) << word;
    EXPECT_TRUE(finds(std::string{word}.append(1, '*'), "german", word)) << word;
    EXPECT_FALSE(finds(word, "english", "before after")) << word;
  }
}

TEST_F(postgres_search, a_long_list_of_wishes_is_no_error) {
  std::string question;
  for (int i = 0; i < 40; ++i)
    question.append("\"a b c d e f g h\" -w").append(std::to_string(i)).append(" begin* ");
  EXPECT_FALSE(finds(question, "english", "a b c d e f g h"));
  EXPECT_TRUE(finds("x -" + std::string(150, '"'), "english", "x"));
}

} // namespace
} // namespace callboard::contract
