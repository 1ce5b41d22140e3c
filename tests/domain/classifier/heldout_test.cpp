#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/describe.hpp"
#include "domain/classifier/text_classifier.hpp"
#include "tests/domain/classifier/heldout.hpp"

// What the classifier is worth on tickets that it has not learnt from. The floors lie a little below what was measured
// (docs/classifier.md): they catch a classifier that got worse, they are not a claim.
namespace callboard::test {
namespace {

constexpr double category_accuracy_min = 0.88;
constexpr double category_recall_min = 0.82;
constexpr double priority_accuracy_min = 0.78;
constexpr double sentiment_accuracy_min = 0.82;
constexpr double language_accuracy_min = 0.98;
constexpr double calibration_error_max = 0.07;

struct tally {
  int right = 0;
  int count = 0;

  void add(bool is_right) {
    right += is_right ? 1 : 0;
    ++count;
  }
  double share() const { return static_cast<double>(right) / static_cast<double>(count); }
};

/// Accuracy over all, by language of the ticket and by true label.
struct head_tally {
  tally all;
  std::map<std::string, tally> by_language;
  std::map<std::string, tally> by_label;

  void add(const std::string& language, std::string_view truth, std::string_view answer) {
    for (auto* t : {&all, &by_language[language], &by_label[std::string(truth)]})
      t->add(truth == answer);
  }

  void print(std::string_view name) const {
    fmt::print("{:9} accuracy {:.3f} ({} of {})\n", name, all.share(), all.right, all.count);
    for (const auto& [language, t] : by_language)
      fmt::print("    tickets in {:9} {:.3f} ({} of {})\n", language, t.share(), t.right, t.count);
    for (const auto& [label, t] : by_label)
      fmt::print("    recall of {:10} {:.3f} ({} of {})\n", label, t.share(), t.right, t.count);
  }
};

/// Expected calibration error over ten bins of equal width (Naeini, Cooper, Hauskrecht, 2015).
class calibration {
public:
  void add(double confidence, bool is_right) {
    auto& bin = bins_[std::min<std::size_t>(9, static_cast<std::size_t>(confidence * 10))];
    bin.outcome.add(is_right);
    bin.confidence += confidence;
    ++count_;
  }

  double error() const {
    double sum = 0;
    for (const auto& bin : bins_)
      sum += std::abs(bin.confidence - bin.outcome.right);
    return sum / count_;
  }

  void print() const {
    fmt::print("calibration of the category's confidence, expected error {:.3f}\n", error());
    for (std::size_t i = 0; i < bins_.size(); ++i)
      if (bins_[i].outcome.count > 0)
        fmt::print("    {:.1f}–{:.1f}: said {:.2f}, right {:.2f} of {}\n", static_cast<double>(i) / 10,
                   static_cast<double>(i + 1) / 10, bins_[i].confidence / bins_[i].outcome.count,
                   bins_[i].outcome.share(), bins_[i].outcome.count);
  }

private:
  struct bin_of_confidence {
    tally outcome;
    double confidence = 0;
  };
  std::array<bin_of_confidence, 10> bins_;
  int count_ = 0;
};

TEST(heldout, accuracy_and_calibration_stay_above_their_floors) {
  const auto& classifier = text_classifier::built_in();
  head_tally category, priority, mood, language;
  calibration confidence;
  for (const auto& ticket : heldout_tickets()) {
    const auto answer = classifier.classify(ticket.title, ticket.description, known_categories());
    category.add(ticket.language, ticket.category, answer.category);
    priority.add(ticket.language, enum_name(ticket.priority), enum_name(answer.priority));
    mood.add(ticket.language, enum_name(ticket.mood), enum_name(answer.mood));
    language.add(ticket.language, ticket.language, answer.language);
    confidence.add(answer.confidence, answer.category == ticket.category);
  }
  fmt::print("{}\n", classifier.version());
  category.print("category");
  priority.print("priority");
  mood.print("sentiment");
  language.print("language");
  confidence.print();

  EXPECT_GE(category.all.share(), category_accuracy_min);
  for (const auto& [label, t] : category.by_label)
    EXPECT_GE(t.share(), category_recall_min) << label;
  EXPECT_GE(priority.all.share(), priority_accuracy_min);
  EXPECT_GE(mood.all.share(), sentiment_accuracy_min);
  EXPECT_GE(language.all.share(), language_accuracy_min);
  EXPECT_LE(confidence.error(), calibration_error_max);
}

/// Shared words, as Jaccard similarity, that a held-out ticket may have with any one training ticket. People who write
/// tickets think of the same situations and of the same headings, so each part is compared by itself.
constexpr double title_similarity_max = 0.6;
constexpr double description_similarity_max = 0.4;
constexpr double ticket_similarity_max = 0.35;

struct ticket_words {
  std::set<std::string> title;
  std::set<std::string> description;
  std::set<std::string> both;

  explicit ticket_words(const labelled_ticket& ticket)
      : title(words_of(ticket.title)),
        description(words_of(ticket.description)),
        both(words_of(ticket.title + " " + ticket.description)) {}
};

TEST(heldout, no_ticket_is_nearly_one_of_the_training) {
  std::vector<ticket_words> training;
  for (const auto& ticket : training_tickets())
    training.emplace_back(ticket);
  for (const auto& ticket : heldout_tickets()) {
    const ticket_words words(ticket);
    for (const auto& seen : training) {
      ASSERT_LT(similarity(words.title, seen.title), title_similarity_max) << ticket.title;
      ASSERT_LT(similarity(words.description, seen.description), description_similarity_max) << ticket.description;
      ASSERT_LT(similarity(words.both, seen.both), ticket_similarity_max) << ticket.title;
    }
  }
}

TEST(heldout, each_language_has_more_than_a_hundred_tickets_of_every_kind) {
  std::map<std::string, int> tickets;
  std::map<std::string, std::set<std::string>> categories;
  for (const auto& ticket : heldout_tickets()) {
    ++tickets[ticket.language];
    categories[ticket.language].insert(ticket.category);
  }
  for (const auto& language : known_languages()) {
    EXPECT_GT(tickets[language], 100) << language;
    EXPECT_EQ(categories[language].size(), known_categories().size()) << language;
  }
}

/// What this thread has used of a processor, which a busy machine does not change.
std::chrono::nanoseconds processor_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

TEST(heldout, a_thousand_tickets_take_less_than_a_second_even_under_the_sanitizers) {
  const auto& classifier = text_classifier::built_in();
  const auto tickets = heldout_tickets();
  constexpr int rounds = 5;
  std::size_t answers = 0;
  const auto begin = processor_time();
  for (int round = 0; round < rounds; ++round)
    for (const auto& ticket : tickets)
      answers += classifier.classify(ticket.title, ticket.description, known_categories()).category.empty() ? 0 : 1;
  const std::chrono::duration<double> seconds = processor_time() - begin;
  const auto rate = static_cast<double>(answers) / seconds.count();
  fmt::print("{:.0f} tickets/s of one processor\n", rate);
  EXPECT_GE(rate, 1'000);
  EXPECT_EQ(answers, tickets.size() * rounds);
}

} // namespace
} // namespace callboard::test
