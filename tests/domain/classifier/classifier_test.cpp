#include "domain/classifier/text_classifier.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "domain/classifier/text_features.hpp"
#include "tests/domain/classifier/heldout.hpp"

namespace callboard::test {
namespace {

const std::vector<std::string> all_known{"billing", "technical", "general"};

text_class classify(std::string_view title, std::string_view description,
                    const std::vector<std::string>& categories = all_known) {
  return text_classifier::built_in().classify(title, description, categories);
}

bool same(const text_class& a, const text_class& b) {
  return a.category == b.category && a.priority == b.priority && a.confidence == b.confidence && a.mood == b.mood
         && a.language == b.language;
}

void expect_not_understood(const text_class& answer) {
  EXPECT_EQ(answer.category, "general");
  EXPECT_EQ(answer.priority, ticket_priority::medium);
  EXPECT_EQ(answer.mood, sentiment::neutral);
  EXPECT_EQ(answer.language, "und");
  EXPECT_LT(answer.confidence, 0.5);
}

TEST(text_classifier, plain_tickets_are_told_apart_in_each_language) {
  EXPECT_EQ(classify("Refund", "You charged my card twice, please refund one payment.").category, "billing");
  EXPECT_EQ(classify("App stürzt ab", "Nach dem Update kommt nur noch eine Fehlermeldung.").category, "technical");
  EXPECT_EQ(classify("Horario", "¿A qué hora abren los sábados? Gracias.").category, "general");
}

TEST(text_classifier, accents_and_capitals_change_nothing_about_the_words) {
  EXPECT_EQ(classify("", "factura duplicada en la facturación").category,
            classify("", "FACTURA DUPLICADA EN LA FACTURACION").category);
}

TEST(text_classifier, equal_texts_give_equal_answers) {
  for (const auto& ticket : heldout_tickets())
    EXPECT_TRUE(same(classify(ticket.title, ticket.description), classify(ticket.title, ticket.description)));
}

TEST(text_classifier, threads_get_the_same_answers) {
  const auto tickets = heldout_tickets();
  std::vector<text_class> expected;
  for (const auto& ticket : tickets)
    expected.push_back(classify(ticket.title, ticket.description));
  std::vector<std::size_t> differences(4);
  std::vector<std::thread> threads;
  for (auto& difference : differences)
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < tickets.size(); ++i)
        difference += same(expected[i], classify(tickets[i].title, tickets[i].description)) ? 0 : 1;
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(differences, std::vector<std::size_t>(4));
}

TEST(text_classifier, the_priority_is_never_urgent) {
  for (const auto& ticket : heldout_tickets())
    EXPECT_NE(classify(ticket.title, ticket.description).priority, ticket_priority::urgent);
}

TEST(text_classifier, a_confidence_is_a_probability) {
  for (const auto& ticket : heldout_tickets()) {
    const auto confidence = classify(ticket.title, ticket.description).confidence;
    EXPECT_GE(confidence, 0);
    EXPECT_LE(confidence, 1);
  }
}

TEST(text_classifier, unknown_categories_get_low_confidence) {
  const std::vector<std::string> unknown{"sales", "legal"};
  for (const auto& ticket : heldout_tickets()) {
    const auto answer = classify(ticket.title, ticket.description, unknown);
    EXPECT_EQ(answer.category, "sales");
    EXPECT_LT(answer.confidence, 0.5);
  }
}

TEST(text_classifier, what_fits_no_configured_category_gets_low_confidence) {
  const auto answer =
    classify("Refund", "You charged my card twice, please refund one payment.", {"technical", "sales"});
  EXPECT_EQ(answer.category, "technical");
  EXPECT_LT(answer.confidence, 0.5);
}

TEST(text_classifier, unknown_categories_share_in_the_confidence_of_general_only) {
  const auto question = [](const std::vector<std::string>& categories) {
    return classify("Opening hours", "Are you open on Sunday? Thank you.", categories);
  };
  const auto alone = question(all_known);
  ASSERT_EQ(alone.category, "general");
  EXPECT_DOUBLE_EQ(question({"billing", "technical", "general", "sales"}).confidence, alone.confidence / 2);
  EXPECT_DOUBLE_EQ(question({"general", "sales", "sales", "billing", "technical"}).confidence, alone.confidence / 2);

  const auto refund = [](const std::vector<std::string>& categories) {
    return classify("Refund", "You charged my card twice, please refund one payment.", categories);
  };
  EXPECT_DOUBLE_EQ(refund({"billing", "technical", "general", "sales"}).confidence, refund(all_known).confidence);
}

TEST(text_classifier, without_categories_it_answers_general_without_confidence) {
  const auto answer = classify("Refund", "You charged my card twice.", {});
  EXPECT_EQ(answer.category, "general");
  EXPECT_LT(answer.confidence, 0.5);
}

TEST(text_classifier, empty_text_is_not_understood) {
  expect_not_understood(classify("", ""));
  expect_not_understood(classify(" \t\n", "..."));
  EXPECT_EQ(classify("", "", {"billing", "technical"}).category, "billing");
}

TEST(text_classifier, gibberish_is_not_understood) {
  expect_not_understood(classify("qwrtz plfgh", "zxcvb mnbvq wqeqwe xjxjx"));
  expect_not_understood(classify("123456", "7890 -- 4711"));
  expect_not_understood(classify("🙂🙂🙂", "🔥🔥"));
}

TEST(text_classifier, other_scripts_are_not_understood) {
  expect_not_understood(classify("Проблема со счётом", "Вы дважды списали деньги с моей карты."));
  expect_not_understood(classify("请求退款", "我的卡被扣了两次钱"));
  expect_not_understood(classify("استرداد", "تم خصم المبلغ مرتين من بطاقتي"));
}

/// Some of these languages are in corpus/other_languages.tsv and some are not; no sentence is.
TEST(text_classifier, other_languages_in_latin_letters_are_told) {
  const std::vector<std::string> foreign{
    "Je n'ai toujours pas reçu ma carte de fidélité, pourriez-vous vérifier où elle se trouve ?",
    "La lavatrice perde acqua da due giorni e nessuno è venuto a ripararla.",
    "Gostava de saber se ainda há lugares para o espetáculo de sexta-feira à noite.",
    "Mijn wasmachine lekt al twee dagen en er is nog niemand langs geweest.",
    "Pralka cieknie od dwóch dni i nikt jeszcze nie przyjechał jej naprawić.",
    "Çamaşır makinesi iki gündür su kaçırıyor ve hâlâ kimse tamire gelmedi.",
    "Tvättmaskinen har läckt i två dagar och ingen har kommit för att laga den.",
    "Pesumasin lekib juba kaks päeva ja keegi pole seda parandama tulnud.",
    "Skalbimo mašina jau dvi dienas leidžia vandenį, bet niekas neatvyko jos pataisyti.",
    "Mashine ya kufulia inavuja maji kwa siku mbili na hakuna mtu aliyekuja kuitengeneza.",
  };
  for (const auto& text : foreign) {
    const auto answer = classify("", text);
    EXPECT_EQ(answer.language, "und") << text;
    EXPECT_LT(answer.confidence, 0.5) << text;
  }
}

TEST(text_classifier, any_bytes_are_accepted) {
  std::uint64_t state = 42;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    const auto length = static_cast<std::size_t>(round % 97);
    for (std::size_t i = 0; i < length; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      bytes.push_back(static_cast<char>(state >> 56U));
    }
    const auto answer = classify(bytes, bytes);
    EXPECT_FALSE(answer.category.empty());
    EXPECT_GE(answer.confidence, 0);
    EXPECT_LE(answer.confidence, 1);
  }
}

TEST(text_classifier, invalid_utf8_only_separates_words) {
  const auto answer = classify("Refund\xff\xc3", "You charged\xe2\x82 my card twice, please refund one payment.\xf0");
  EXPECT_EQ(answer.category, "billing");
  EXPECT_EQ(answer.language, "en");
}

TEST(text_classifier, a_zero_byte_does_not_end_the_text) {
  const std::string text("You charged my card twice\0 please refund one payment", 52);
  EXPECT_EQ(classify("Refund", text).category, "billing");
}

TEST(text_classifier, only_the_beginning_of_a_very_long_text_is_read) {
  std::string words;
  while (words.size() < text_bytes_max)
    words += "please refund the payment that you charged twice ";
  const auto beginning = words.substr(0, text_bytes_max);
  EXPECT_TRUE(same(classify("Refund", beginning), classify("Refund", beginning + std::string(1'000'000, 'x'))));
}

/// Ten times the bytes of the part that is read take nowhere near a hundred times as long.
TEST(text_classifier, time_grows_linearly_with_the_text) {
  const auto seconds_for = [](const std::string& text) {
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      classify("", text);
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
  };
  for (const std::string unit : {"word ", "x", "?", "\xc3", "überweisungsbestätigung"}) {
    std::string small, large;
    while (small.size() < text_bytes_max / 10)
      small += unit;
    while (large.size() < 1'000'000)
      large += unit;
    EXPECT_LT(seconds_for(large), 60 * seconds_for(small) + 0.01) << unit;
  }
}

TEST(text_classifier, the_version_names_the_corpus) {
  const std::string version(text_classifier::built_in().version());
  EXPECT_EQ(version.substr(0, 10), "builtin-1.");
  EXPECT_EQ(version.size(), 26U);
}

TEST(text_classifier, a_damaged_model_is_refused) {
  const auto good = built_in_model();
  std::vector<std::uint64_t> storage(good.size() / 8 + 1);
  const std::span bytes(reinterpret_cast<std::byte*>(storage.data()), good.size());
  const auto restore = [&] { std::memcpy(bytes.data(), good.data(), good.size()); };

  restore();
  EXPECT_NO_THROW(text_classifier{bytes});
  EXPECT_THROW(text_classifier{bytes.first(40)}, invariant_broken);
  EXPECT_THROW(text_classifier{bytes.first(bytes.size() - 16)}, invariant_broken);
  bytes[0] = std::byte{0};
  EXPECT_THROW(text_classifier{bytes}, invariant_broken);
  restore();
  bytes[4] = std::byte{99};
  EXPECT_THROW(text_classifier{bytes}, invariant_broken);
}

} // namespace
} // namespace callboard::test
