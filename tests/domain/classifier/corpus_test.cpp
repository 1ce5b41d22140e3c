#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "domain/classifier/corpus_reader.hpp"
#include "domain/classifier/text_classifier.hpp"
#include "domain/classifier/train_command.hpp"
#include "tests/domain/classifier/heldout.hpp"

namespace callboard::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::string_view good_line = "billing\tlow\tneutral\ten\tA title\tA description";

std::string error_of(const std::string& lines) {
  std::istringstream in(lines);
  try {
    read_tickets(in, "some.tsv");
  } catch (const corpus_error& e) {
    return e.what();
  }
  return "no error";
}

TEST(corpus_reader, a_good_line_becomes_a_ticket) {
  std::istringstream in(std::string(good_line) + "\r\n");
  const auto tickets = read_tickets(in, "some.tsv");
  ASSERT_EQ(tickets.size(), 1U);
  EXPECT_EQ(tickets[0].category, "billing");
  EXPECT_EQ(tickets[0].priority, ticket_priority::low);
  EXPECT_EQ(tickets[0].mood, sentiment::neutral);
  EXPECT_EQ(tickets[0].language, "en");
  EXPECT_EQ(tickets[0].title, "A title");
  EXPECT_EQ(tickets[0].description, "A description");
}

TEST(corpus_reader, errors_name_file_line_and_field) {
  const auto second = [](std::string_view line) { return error_of(std::string(good_line) + "\n" + std::string(line)); };
  EXPECT_EQ(second("sales\tlow\tneutral\ten\tT\tD"),
            "some.tsv:2: category: \"sales\" is none of billing, technical, general");
  EXPECT_EQ(second("billing\turgent\tneutral\ten\tT\tD"),
            "some.tsv:2: priority: \"urgent\" is none of low, medium, high");
  EXPECT_EQ(second("billing\tlow\tangry\ten\tT\tD"),
            "some.tsv:2: sentiment: \"angry\" is none of negative, neutral, positive");
  EXPECT_EQ(second("billing\tlow\tneutral\tfr\tT\tD"), "some.tsv:2: language: \"fr\" is none of en, de, es");
  EXPECT_EQ(second("billing\tlow\tneutral\ten\t \tD"), "some.tsv:2: title: is empty");
  EXPECT_EQ(second("billing\tlow\tneutral\ten\tT\t"), "some.tsv:2: description: is empty");
  EXPECT_EQ(second("billing\tlow\tneutral\ten\tT\tD\xff"), "some.tsv:2: description: is not valid UTF-8");
}

TEST(corpus_reader, a_line_with_the_wrong_number_of_fields_is_refused) {
  EXPECT_EQ(error_of("billing\tlow"),
            "some.tsv:1: line: has 2 fields, expected 6 (category, priority, sentiment, language, title, description)");
  EXPECT_THAT(error_of(std::string(good_line) + "\tmore"), HasSubstr("has 7 fields"));
  EXPECT_THAT(error_of(std::string(good_line) + "\n\n"), HasSubstr("some.tsv:2: line: has 1 fields"));
}

TEST(corpus_reader, a_file_without_lines_is_refused) { EXPECT_EQ(error_of(""), "some.tsv: has no lines"); }

TEST(corpus_reader, foreign_texts_are_in_languages_that_the_classifier_does_not_know) {
  std::istringstream good("fr\tBonjour");
  EXPECT_EQ(read_foreign_texts(good, "other.tsv").size(), 1U);
  std::istringstream bad("fr\tBonjour\nde\tGuten Tag");
  try {
    read_foreign_texts(bad, "other.tsv");
    FAIL() << "a known language was accepted";
  } catch (const corpus_error& e) {
    EXPECT_STREQ(e.what(), "other.tsv:2: language: \"de\" is one of the languages that the classifier knows");
  }
}

/// A folder of its own, gone at the end.
class train_command_test : public testing::Test {
protected:
  train_command_test() { fs::create_directories(folder_); }
  ~train_command_test() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    const auto path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  int run(std::vector<std::string> arguments) {
    out_.str({});
    err_.str({});
    return train_command(arguments, out_, err_);
  }

  static std::string tiny_corpus() {
    std::string lines;
    for (const std::string n : {"one", "two", "three", "four", "five"}) {
      lines += "billing\tlow\tneutral\ten\tInvoice " + n + "\tThe invoice is wrong, refund the payment " + n + "\n";
      lines += "technical\thigh\tnegative\ten\tCrash " + n + "\tThe server crashes with an error " + n + "\n";
      lines += "general\tmedium\tpositive\tde\tDanke " + n + "\tVielen Dank für alles " + n + "\n";
      lines += "general\tmedium\tneutral\tes\tHorario " + n + "\tA qué hora abren los sábados " + n + "\n";
    }
    return lines;
  }

  static std::string tiny_foreign() { return "fr\tBonjour à tous\nit\tBuongiorno a tutti\nfr\tMerci à tous\n"; }

  fs::path folder_ = fs::temp_directory_path() / ("callboard-classifier-" + std::to_string(getpid()));
  std::ostringstream out_;
  std::ostringstream err_;
};

std::vector<std::uint64_t> model_words(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::uint64_t> words(bytes.size() / 8);
  bytes.copy(reinterpret_cast<char*>(words.data()), words.size() * 8);
  return words;
}

TEST_F(train_command_test, a_trained_model_classifies) {
  const auto model = (folder_ / "model").string();
  ASSERT_EQ(run({model, write("foreign", tiny_foreign()), write("tickets", tiny_corpus())}), 0) << err_.str();
  const auto words = model_words(model);
  const text_classifier classifier(std::as_bytes(std::span(words)));
  const auto answer = classifier.classify("Crash", "The server crashes with an error", known_categories());
  EXPECT_EQ(answer.category, "technical");
  EXPECT_EQ(answer.priority, ticket_priority::high);
  EXPECT_EQ(answer.mood, sentiment::negative);
  EXPECT_EQ(answer.language, "en");
}

TEST_F(train_command_test, equal_files_give_equal_models_and_other_files_another_version) {
  const auto foreign = write("foreign", tiny_foreign());
  const auto tickets = write("tickets", tiny_corpus());
  const auto more = write("more", tiny_corpus() + "billing\tlow\tneutral\ten\tA title\tA description\n");
  const auto model = [&](const std::string& name) { return (folder_ / name).string(); };
  ASSERT_EQ(run({model("a"), foreign, tickets}), 0);
  ASSERT_EQ(run({model("b"), foreign, tickets}), 0);
  ASSERT_EQ(run({model("c"), foreign, more}), 0);
  const auto a = model_words(model("a"));
  const auto c = model_words(model("c"));
  EXPECT_EQ(a, model_words(model("b")));
  EXPECT_NE(text_classifier(std::as_bytes(std::span(a))).version(),
            text_classifier(std::as_bytes(std::span(c))).version());
}

TEST_F(train_command_test, a_report_prints_every_head_and_writes_nothing) {
  ASSERT_EQ(run({"--report", write("foreign", tiny_foreign()), write("tickets", tiny_corpus())}), 0) << err_.str();
  for (const auto* name : {"category", "priority", "sentiment", "language"})
    EXPECT_THAT(out_.str(), HasSubstr(name));
  EXPECT_FALSE(fs::exists("--report"));
}

TEST_F(train_command_test, bad_input_fails_with_its_place) {
  const auto foreign = write("foreign", tiny_foreign());
  const auto bad = write("bad.tsv", tiny_corpus() + "billing\tlow\tneutral\ten\tonly a title\n");
  const auto model = (folder_ / "model").string();
  EXPECT_EQ(run({model, foreign, bad}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("bad.tsv:21: line: has 5 fields"));
  EXPECT_FALSE(fs::exists(model));
}

TEST_F(train_command_test, missing_files_and_arguments_fail_by_name) {
  const auto foreign = write("foreign", tiny_foreign());
  EXPECT_EQ(run({}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("usage:"));
  EXPECT_EQ(run({"model", foreign, "/nowhere/tickets.tsv"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("/nowhere/tickets.tsv: cannot be opened"));
  EXPECT_EQ(run({"/nowhere/model", foreign, write("tickets", tiny_corpus())}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("/nowhere/model: cannot be written"));
}

TEST(corpus, the_training_tickets_are_many_and_balanced) {
  std::map<std::string, int> by_language, by_category;
  for (const auto& ticket : training_tickets()) {
    ++by_language[ticket.language];
    ++by_category[ticket.category];
  }
  for (const auto& language : known_languages())
    EXPECT_GE(by_language[language], 500) << language;
  for (const auto& category : known_categories())
    EXPECT_GE(by_category[category], 450) << category;
}

} // namespace
} // namespace callboard::test
