#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace callboard {

/// Scores into probabilities, in place; a temperature above 1 makes them more cautious. `scores` is not empty.
inline void softmax(std::span<float> scores, float temperature) {
  const auto highest = *std::max_element(scores.begin(), scores.end());
  float sum = 0;
  for (auto& score : scores) {
    score = std::exp((score - highest) / temperature);
    sum += score;
  }
  for (auto& score : scores)
    score /= sum;
}

} // namespace callboard
