#include "domain/classifier/model_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace callboard {
namespace {

constexpr int texts_with_feature_min = 2;
/// A text is taken for unintelligible when it knows fewer words than all but this share of the left-out tickets.
constexpr double understood_quantile = 0.002;
/// Chosen by cross-validation on the training tickets: weakest of the values that change nothing any more.
constexpr training_settings settings{1e-4F, 150};

std::uint8_t index_in(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::uint8_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

example example_of(const labelled_ticket& ticket, std::size_t fold) {
  return {observe_text(ticket.title, ticket.description),
          {index_in(known_categories(), ticket.category), static_cast<std::uint8_t>(ticket.priority),
           static_cast<std::uint8_t>(ticket.mood), index_in(known_languages(), ticket.language)},
          true,
          ticket.language,
          fold};
}

example example_of(const foreign_text& text, std::size_t fold) {
  const auto other = static_cast<std::uint8_t>(known_languages().size());
  return {observe_text({}, text.text), {0, 0, 0, other}, false, text.language, fold};
}

/// Rows of the examples that a head learns from: all for the language, tickets only for the others.
bool concerns(head h, const example& e) { return e.is_ticket || h == head::language; }

std::vector<std::size_t> rows_of(std::span<const example> examples, auto wanted) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < examples.size(); ++i)
    if (wanted(examples[i]))
      rows.push_back(i);
  return rows;
}

std::vector<std::uint8_t> labels_of(std::span<const example> examples, head h) {
  std::vector<std::uint8_t> labels;
  for (const auto& e : examples)
    labels.push_back(e.labels[static_cast<std::size_t>(h)]);
  return labels;
}

sparse_rows vectors_of(std::span<const example> examples, const vocabulary& words) {
  sparse_rows rows;
  for (const auto& e : examples) {
    const auto row = words.vector_of(e.observed);
    rows.entries.insert(rows.entries.end(), row.begin(), row.end());
    rows.starts.push_back(rows.entries.size());
  }
  return rows;
}

linear_weights train_head(std::span<const example> examples, const sparse_rows& rows, const vocabulary& words, head h,
                          auto wanted) {
  const auto chosen = rows_of(examples, [&](const example& e) { return wanted(e) && concerns(h, e); });
  return train_linear(rows, chosen, labels_of(examples, h), head_classes[static_cast<std::size_t>(h)], words.size(),
                      settings);
}

constexpr std::array<head, heads> all_heads{head::category, head::priority, head::mood, head::language};

/// The smallest share of known words that a model still has to take for intelligible.
float known_words_bound(std::span<const example> examples, std::span<const left_out_result> left_out) {
  std::vector<float> shares;
  for (std::size_t i = 0; i < examples.size(); ++i)
    if (examples[i].is_ticket)
      shares.push_back(left_out[i].words_known);
  const auto at = static_cast<std::ptrdiff_t>(understood_quantile * static_cast<double>(shares.size()));
  std::nth_element(shares.begin(), shares.begin() + at, shares.end());
  // Never 0: a text without a single known word is not understood.
  return std::max(shares[static_cast<std::size_t>(at)], 0.01F);
}

} // namespace

std::vector<example> examples_of(std::span<const std::vector<labelled_ticket>> files,
                                 std::span<const foreign_text> foreign) {
  std::vector<example> examples;
  for (const auto& tickets : files)
    for (std::size_t i = 0; i < tickets.size(); ++i)
      examples.push_back(example_of(tickets[i], i * folds / tickets.size()));
  std::map<std::string, std::size_t> languages;
  for (const auto& text : foreign)
    examples.push_back(example_of(text, languages.emplace(text.language, languages.size()).first->second % folds));
  return examples;
}

vocabulary::vocabulary(std::span<const example> examples, std::span<const std::size_t> chosen) {
  std::unordered_map<std::uint32_t, int> texts_with;
  for (const auto i : chosen)
    for (const auto& f : examples[i].observed.features)
      ++texts_with[f.key];
  for (const auto& [key, count] : texts_with)
    if (count >= texts_with_feature_min)
      keys_.push_back(key);
  std::sort(keys_.begin(), keys_.end());
  const auto idf = [&](int count) {
    return std::log((1.0F + static_cast<float>(chosen.size())) / (1.0F + static_cast<float>(count))) + 1.0F;
  };
  rarity_step_ = idf(texts_with_feature_min) / 255.0F;
  for (const auto key : keys_)
    rarities_.push_back(static_cast<std::uint8_t>(std::lround(idf(texts_with[key]) / rarity_step_)));
}

std::vector<sparse_rows::entry> vocabulary::vector_of(const text_features& observed) const {
  std::vector<sparse_rows::entry> row;
  std::vector<feature_group> row_groups;
  std::array<float, feature_groups> squares{};
  for (const auto& f : observed.features) {
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), f.key);
    if (found == keys_.end() || *found != f.key)
      continue;
    const auto column = static_cast<std::uint32_t>(found - keys_.begin());
    const auto value = damped_count(f.count) * static_cast<float>(rarities_[column]) * rarity_step_;
    row.push_back({column, value});
    row_groups.push_back(f.group);
    squares[static_cast<std::size_t>(f.group)] += value * value;
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto group = static_cast<std::size_t>(row_groups[i]);
    row[i].value *= group_shares[group] / std::sqrt(squares[group]);
  }
  return row;
}

float vocabulary::share_known(const text_features& observed) const {
  if (observed.word_keys.empty())
    return 0;
  const auto known = std::count_if(observed.word_keys.begin(), observed.word_keys.end(),
                                   [&](auto key) { return std::binary_search(keys_.begin(), keys_.end(), key); });
  return static_cast<float>(known) / static_cast<float>(observed.word_keys.size());
}

std::vector<left_out_result> cross_validate(std::span<const example> examples) {
  std::vector<left_out_result> results(examples.size());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const auto is_seen = [&](const example& e) { return e.fold != fold; };
    const vocabulary words(examples, rows_of(examples, is_seen));
    const auto rows = vectors_of(examples, words);
    for (const auto h : all_heads) {
      const auto weights = train_head(examples, rows, words, h, is_seen);
      for (const auto i : rows_of(examples, [&](const example& e) { return !is_seen(e); }))
        results[i].scores[static_cast<std::size_t>(h)] = linear_scores(weights, rows.row(i));
    }
    for (const auto i : rows_of(examples, [&](const example& e) { return !is_seen(e); }))
      results[i].words_known = words.share_known(examples[i].observed);
  }
  return results;
}

float calibrated_temperature(std::span<const example> examples, std::span<const left_out_result> left_out, head h) {
  std::vector<std::vector<float>> scores;
  std::vector<std::uint8_t> labels;
  for (const auto i : rows_of(examples, [&](const example& e) { return concerns(h, e); })) {
    scores.push_back(left_out[i].scores[static_cast<std::size_t>(h)]);
    labels.push_back(examples[i].labels[static_cast<std::size_t>(h)]);
  }
  return best_temperature(scores, labels);
}

trained_model train_model(std::span<const example> examples, const vocabulary& words,
                          std::span<const left_out_result> left_out) {
  trained_model model;
  const auto rows = vectors_of(examples, words);
  for (const auto h : all_heads) {
    model.weights.push_back(train_head(examples, rows, words, h, [](const example&) { return true; }));
    model.temperatures[static_cast<std::size_t>(h)] = calibrated_temperature(examples, left_out, h);
  }
  model.words_known_min = known_words_bound(examples, left_out);
  return model;
}

} // namespace callboard
