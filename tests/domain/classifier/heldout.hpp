#pragma once

#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"
#include "domain/classifier/corpus_reader.hpp"
#include "domain/classifier/latin_folding.hpp"

// The labelled files of the repository, as tests read them.
namespace callboard::test {

inline std::vector<labelled_ticket> tickets_in(const std::string& relative_path) {
  const auto path = std::string(CALLBOARD_SOURCE_DIR) + "/" + relative_path;
  std::ifstream in(path);
  return read_tickets(in, path);
}

inline std::vector<labelled_ticket> all_languages(const std::string& prefix) {
  std::vector<labelled_ticket> all;
  for (const auto& language : known_languages())
    for (auto& ticket : tickets_in(prefix + language + ".tsv"))
      all.push_back(std::move(ticket));
  return all;
}

/// Written apart from the training tickets and without a look at them; those that came out too much like one of them
/// were taken out by heldout.no_ticket_is_nearly_one_of_the_training. Nothing is ever tuned on these.
inline std::vector<labelled_ticket> heldout_tickets() { return all_languages("tests/domain/classifier/heldout_"); }

inline std::vector<labelled_ticket> training_tickets() { return all_languages("domain/classifier/corpus/train_"); }

/// The different words of a text, folded.
inline std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (std::size_t at = 0; at <= text.size();) {
    const auto step = utf8_next(text, at);
    at += step.size == 0 ? 1 : step.size;
    if (const auto letters = folded_letters(step.code_point); !letters.empty()) {
      word += letters;
    } else if (!word.empty() && !is_ignorable(step.code_point)) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

/// Jaccard similarity: shared words over all words of two texts.
inline double similarity(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::size_t shared = 0;
  for (const auto& word : a)
    shared += b.count(word);
  const auto all = a.size() + b.size() - shared;
  return all == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(all);
}

} // namespace callboard::test
