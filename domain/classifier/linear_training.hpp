#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Multinomial logistic regression. Formulas: Bishop, Pattern Recognition and Machine Learning (2006), 4.3.4;
// accelerated descent: Nesterov, Introductory Lectures on Convex Optimization (2004), 2.2.1; temperature scaling:
// Guo et al., On Calibration of Modern Neural Networks (2017).
namespace callboard {

/// Sparse rows, one after the other; row i holds the entries from starts[i] to starts[i + 1].
struct sparse_rows {
  struct entry {
    std::uint32_t column = 0;
    float value = 0;
  };
  std::vector<entry> entries;
  std::vector<std::size_t> starts{0};

  std::size_t size() const { return starts.size() - 1; }
  std::span<const entry> row(std::size_t i) const { return {entries.data() + starts[i], starts[i + 1] - starts[i]}; }
};

struct linear_weights {
  std::size_t classes = 0;
  std::vector<float> per_column; ///< `classes` numbers for each column
  std::vector<float> bias;       ///< one for each class
};

struct training_settings {
  float l2 = 0;         ///< weight of the squared length of the weights (the bias is free)
  int iterations = 150; ///< full passes; there is no randomness
};

/// Minimises the mean negative log-likelihood of `labels` (one per row named in `chosen`) plus l2/2 |weights|^2.
linear_weights train_linear(const sparse_rows& rows, std::span<const std::size_t> chosen,
                            std::span<const std::uint8_t> labels, std::size_t classes, std::size_t columns,
                            const training_settings& settings);

/// One score per class; softmax makes probabilities of them.
std::vector<float> linear_scores(const linear_weights& weights, std::span<const sparse_rows::entry> row);

/// The divisor of the scores under which the labels are likeliest.
float best_temperature(std::span<const std::vector<float>> scores, std::span<const std::uint8_t> labels);

} // namespace callboard
