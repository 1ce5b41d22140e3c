#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "domain/classifier/model_training.hpp"

namespace callboard {
namespace {

/// The table is at most two thirds full, so that an unknown feature is seen to be unknown after few looks.
std::size_t slots_for(std::size_t features) { return std::bit_ceil(features + features / 2 + 1); }

/// The numbers of one head, relative to its last answer and divided by the temperature.
class relative_head {
public:
  relative_head(const linear_weights& weights, float temperature) : weights_(weights), temperature_(temperature) {}

  float weight(std::size_t column, std::size_t answer) const {
    const auto* row = weights_.per_column.data() + column * weights_.classes;
    return (row[answer] - row[weights_.classes - 1]) / temperature_;
  }

  float bias(std::size_t answer) const { return (weights_.bias[answer] - weights_.bias.back()) / temperature_; }

  std::size_t answers() const { return weights_.classes - 1; }

  /// One step of the byte scale: the largest weight becomes 127.
  float step(std::size_t columns) const {
    float largest = 1e-6F;
    for (std::size_t column = 0; column < columns; ++column)
      for (std::size_t answer = 0; answer < answers(); ++answer)
        largest = std::max(largest, std::abs(weight(column, answer)));
    return largest / 127.0F;
  }

private:
  const linear_weights& weights_;
  float temperature_;
};

void place(std::span<model_slot> slots, const model_slot& slot) {
  auto at = home_slot(slot.key, slots.size());
  while (slots[at].key != 0)
    at = (at + 1) & (slots.size() - 1);
  slots[at] = slot;
}

std::vector<std::byte> bytes_of(const model_header& header, const std::vector<model_slot>& slots) {
  std::vector<std::byte> bytes(sizeof(header) + slots.size() * sizeof(model_slot));
  std::memcpy(bytes.data(), &header, sizeof(header));
  std::memcpy(bytes.data() + sizeof(header), slots.data(), slots.size() * sizeof(model_slot));
  return bytes;
}

} // namespace

std::vector<std::byte> packed_model(const trained_model& model, const vocabulary& words, std::uint64_t corpus_hash) {
  model_header header;
  header.corpus_hash = corpus_hash;
  header.slots = static_cast<std::uint32_t>(slots_for(words.size()));
  header.features = static_cast<std::uint32_t>(words.size());
  header.rarity_step = words.rarity_step();
  header.words_known_min = model.words_known_min;

  std::vector<model_slot> packed(words.size());
  for (std::size_t column = 0; column < words.size(); ++column) {
    packed[column].key = words.key(column);
    packed[column].rarity = words.rarity(column);
  }
  for (std::size_t h = 0; h < heads; ++h) {
    const relative_head part(model.weights[h], model.temperatures[h]);
    header.weight_steps[h] = part.step(words.size());
    for (std::size_t answer = 0; answer < part.answers(); ++answer) {
      const auto at = head_columns_begin[h] + answer;
      header.biases[at] = part.bias(answer);
      for (std::size_t column = 0; column < words.size(); ++column)
        packed[column].weights[at] =
          static_cast<std::int8_t>(std::lround(part.weight(column, answer) / header.weight_steps[h]));
    }
  }
  std::vector<model_slot> slots(header.slots);
  for (const auto& slot : packed)
    place(slots, slot);
  return bytes_of(header, slots);
}

} // namespace callboard
