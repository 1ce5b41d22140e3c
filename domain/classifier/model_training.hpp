#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "domain/classifier/corpus_reader.hpp"
#include "domain/classifier/linear_training.hpp"
#include "domain/classifier/model_format.hpp"
#include "domain/classifier/text_features.hpp"

// From labelled texts to a model. Nothing here is random: equal files give equal bytes.
namespace callboard {

/// One text with its labels; a text in an unknown language has no labels but its language.
struct example {
  text_features observed;
  std::array<std::uint8_t, heads> labels{};
  bool is_ticket = true;
  std::string language;
  std::size_t fold = 0; ///< which part of the cross-validation it is left out in
};

inline constexpr std::size_t folds = 5;

/// Neighbouring lines of a file were written in one sitting, so a fold is a run of neighbours, and foreign texts are
/// left out by language. A model is then measured on sittings and languages that it never saw.
std::vector<example> examples_of(std::span<const std::vector<labelled_ticket>> files,
                                 std::span<const foreign_text> foreign);

/// What the model knows: features that occur in at least two texts.
class vocabulary {
public:
  vocabulary(std::span<const example> examples, std::span<const std::size_t> chosen);

  std::size_t size() const { return keys_.size(); }
  std::uint32_t key(std::size_t column) const { return keys_[column]; }
  /// Inverse document frequency, ln((1 + n) / (1 + df)) + 1 (Spärck Jones, 1972, smoothed), in steps of rarity_step.
  std::uint8_t rarity(std::size_t column) const { return rarities_[column]; }
  float rarity_step() const { return rarity_step_; }

  /// The text's vector as the classifier computes it.
  std::vector<sparse_rows::entry> vector_of(const text_features& observed) const;

  /// Share of the words that are known, or 0 when there are none.
  float share_known(const text_features& observed) const;

private:
  std::vector<std::uint32_t> keys_; ///< rising
  std::vector<std::uint8_t> rarities_;
  float rarity_step_ = 0;
};

struct trained_model {
  std::vector<linear_weights> weights; ///< one per head
  std::array<float, heads> temperatures{};
  float words_known_min = 0;
};

/// What the cross-validation found for each example: scores by a model that has not seen it.
struct left_out_result {
  std::array<std::vector<float>, heads> scores;
  float words_known = 0;
};

std::vector<left_out_result> cross_validate(std::span<const example> examples);

/// Trains on all examples; temperatures and the bound for known words come from the cross-validation.
trained_model train_model(std::span<const example> examples, const vocabulary& words,
                          std::span<const left_out_result> left_out);

/// Temperature under which the left-out labels of one head are likeliest.
float calibrated_temperature(std::span<const example> examples, std::span<const left_out_result> left_out, head h);

/// Weights in bytes, temperatures worked in, as model_view reads it.
std::vector<std::byte> packed_model(const trained_model& model, const vocabulary& words, std::uint64_t corpus_hash);

} // namespace callboard
