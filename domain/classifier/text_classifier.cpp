#include "domain/classifier/text_classifier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "domain/classifier/softmax.hpp"
#include "domain/classifier/text_features.hpp"

namespace callboard {
namespace {

constexpr std::array<std::string_view, 3> category_names{"billing", "technical", "general"};
constexpr std::array<std::string_view, 3> language_names{"en", "de", "es"};
constexpr std::string_view rest_category = "general";
constexpr std::string_view no_language = "und";

/// Under this probability of the likeliest language we do not name one.
constexpr float language_probability_min = 0.6F;
/// From this probability of "another language" on nothing else that the model says about the text counts.
constexpr float other_language_probability_max = 0.5F;

using head_probabilities = std::array<std::array<float, head_classes_max>, heads>;

/// What the model makes of a text before anyone asks for a category.
struct reading {
  head_probabilities probabilities{};
  float words_known = 0; ///< share of the words that the model has seen in training
  bool in_foreign_script = false;

  const auto& of(head h) const { return probabilities[static_cast<std::size_t>(h)]; }

  std::size_t likeliest(head h) const {
    const auto& answers = of(h);
    const auto end = answers.begin() + static_cast<std::ptrdiff_t>(head_classes[static_cast<std::size_t>(h)]);
    return static_cast<std::size_t>(std::max_element(answers.begin(), end) - answers.begin());
  }
};

using column_sums = std::array<float, weight_columns>;

/// Adds value times weights of one feature to the sums of its group.
void add_weights(column_sums& sums, const model_slot& slot, float value) {
  for (std::size_t i = 0; i < weight_columns; ++i)
    sums[i] += value * static_cast<float>(slot.weights[i]);
}

/// x'w + b per column, x being the text's vector: each group scaled to its share of the length.
column_sums column_scores(const model_view& model, const std::vector<feature>& features) {
  std::array<column_sums, feature_groups> sums{};
  std::array<float, feature_groups> squares{};
  for (const auto& f : features) {
    const auto* slot = model.find(f.key);
    if (slot == nullptr)
      continue;
    const auto group = static_cast<std::size_t>(f.group);
    const auto value = damped_count(f.count) * static_cast<float>(slot->rarity) * model.header().rarity_step;
    squares[group] += value * value;
    add_weights(sums[group], *slot, value);
  }
  column_sums scores{};
  for (std::size_t group = 0; group < feature_groups; ++group)
    if (squares[group] > 0)
      for (std::size_t i = 0; i < weight_columns; ++i)
        scores[i] += sums[group][i] * group_shares[group] / std::sqrt(squares[group]);
  return scores;
}

head_probabilities probabilities_of(const model_header& header, const column_sums& scores) {
  head_probabilities result{};
  for (std::size_t h = 0; h < heads; ++h) {
    const auto begin = head_columns_begin[h];
    // The last class has no column; its score stays 0.
    for (std::size_t c = 0; c + 1 < head_classes[h]; ++c)
      result[h][c] = scores[begin + c] * header.weight_steps[h] + header.biases[begin + c];
    softmax(std::span(result[h]).first(head_classes[h]), 1.0F);
  }
  return result;
}

float share_known(const model_view& model, const std::vector<std::uint32_t>& word_keys) {
  if (word_keys.empty())
    return 0;
  const auto known = std::count_if(word_keys.begin(), word_keys.end(), [&](auto key) { return model.find(key); });
  return static_cast<float>(known) / static_cast<float>(word_keys.size());
}

reading read_text(const model_view& model, std::string_view title, std::string_view description) {
  const auto observed = observe_text(title, description);
  reading result;
  result.probabilities = probabilities_of(model.header(), column_scores(model, observed.features));
  result.words_known = share_known(model, observed.word_keys);
  result.in_foreign_script = observed.foreign_letters > observed.latin_letters;
  return result;
}

bool is_understood(const model_view& model, const reading& text) {
  return !text.in_foreign_script && text.words_known >= model.header().words_known_min
         && text.of(head::language).back() < other_language_probability_max;
}

std::string_view language_of(const reading& text) {
  const auto best = text.likeliest(head::language);
  if (best >= language_names.size() || text.of(head::language)[best] < language_probability_min)
    return no_language;
  return language_names[best];
}

bool contains(std::span<const std::string> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// How many different configured categories the model has never seen.
std::size_t count_unknown(std::span<const std::string> categories) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < categories.size(); ++i)
    if (std::find(category_names.begin(), category_names.end(), categories[i]) == category_names.end()
        && !contains(categories.first(i), categories[i]))
      ++count;
  return count;
}

/// The likeliest of the model's categories that are configured, as its number.
std::optional<std::size_t> best_category(const reading& text, std::span<const std::string> categories) {
  std::optional<std::size_t> best;
  const auto& probabilities = text.of(head::category);
  for (std::size_t c = 0; c < category_names.size(); ++c)
    if (contains(categories, category_names[c]) && (!best || probabilities[c] > probabilities[*best]))
      best = c;
  return best;
}

/// Where there is nothing to go by.
std::string fallback_category(std::span<const std::string> categories) {
  if (categories.empty() || contains(categories, rest_category))
    return std::string(rest_category);
  return categories.front();
}

/// The probability of the category, deliberately not scaled up when only some of the known ones are configured: what
/// belongs to none of them shall be seen to fit badly.
double confidence_in(const reading& text, std::size_t category, std::span<const std::string> categories) {
  const auto probability = static_cast<double>(text.of(head::category)[category]);
  if (category_names[category] != rest_category)
    return probability;
  return probability / static_cast<double>(1 + count_unknown(categories));
}

} // namespace

text_classifier::text_classifier(std::span<const std::byte> model)
    : model_(model), version_(fmt::format("builtin-{}.{:016x}", model_format_version, model_.header().corpus_hash)) {}

const text_classifier& text_classifier::built_in() {
  static const text_classifier instance(built_in_model());
  return instance;
}

text_class text_classifier::classify(std::string_view title, std::string_view description,
                                     std::span<const std::string> categories) const {
  const auto text = read_text(model_, title, description);
  text_class result;
  if (!is_understood(model_, text)) {
    result.category = fallback_category(categories);
    result.language = no_language;
    return result;
  }
  result.priority = static_cast<ticket_priority>(text.likeliest(head::priority));
  result.mood = static_cast<sentiment>(text.likeliest(head::mood));
  result.language = language_of(text);
  if (const auto category = best_category(text, categories)) {
    result.category = category_names[*category];
    result.confidence = confidence_in(text, *category, categories);
  } else {
    result.category = fallback_category(categories);
  }
  return result;
}

} // namespace callboard
