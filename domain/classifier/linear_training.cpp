#include "domain/classifier/linear_training.hpp"

#include <algorithm>
#include <cmath>

#include "domain/classifier/softmax.hpp"

namespace callboard {
namespace {

/// One problem: rows, labels and the numbers that every pass needs.
class regression {
public:
  regression(const sparse_rows& rows, std::span<const std::size_t> chosen, std::span<const std::uint8_t> labels,
             std::size_t classes, std::size_t columns, float l2)
      : rows_(rows), chosen_(chosen), labels_(labels), classes_(classes), columns_(columns), l2_(l2) {}

  linear_weights zero() const {
    return {classes_, std::vector<float>(classes_ * columns_), std::vector<float>(classes_)};
  }

  /// Gradient of the mean loss at `at` into `out`.
  void gradient(const linear_weights& at, linear_weights& out) const {
    for (std::size_t i = 0; i < out.per_column.size(); ++i)
      out.per_column[i] = l2_ * at.per_column[i];
    std::fill(out.bias.begin(), out.bias.end(), 0.0F);
    const auto share = 1.0F / static_cast<float>(chosen_.size());
    for (const auto row : chosen_) {
      auto errors = linear_scores(at, rows_.row(row));
      softmax(errors, 1.0F);
      errors[labels_[row]] -= 1.0F;
      for (std::size_t c = 0; c < classes_; ++c)
        out.bias[c] += share * errors[c];
      for (const auto& entry : rows_.row(row))
        for (std::size_t c = 0; c < classes_; ++c)
          out.per_column[entry.column * classes_ + c] += share * errors[c] * entry.value;
    }
  }

  /// A bound of the curvature: half of the largest eigenvalue of X'X/n (Böhning, 1992), found by power iteration
  /// and raised a little since power iteration approaches it from below.
  float curvature() const {
    std::vector<float> direction(columns_ + 1, 1.0F);
    std::vector<float> next(columns_ + 1);
    float eigenvalue = 1.0F;
    for (int step = 0; step < 30; ++step) {
      multiply(direction, next);
      eigenvalue = length(next);
      for (std::size_t i = 0; i < next.size(); ++i)
        direction[i] = next[i] / eigenvalue;
    }
    return 0.55F * eigenvalue + l2_;
  }

private:
  /// out = X'X direction / n; the last column is the bias.
  void multiply(const std::vector<float>& direction, std::vector<float>& out) const {
    std::fill(out.begin(), out.end(), 0.0F);
    for (const auto row : chosen_) {
      float product = direction[columns_];
      for (const auto& entry : rows_.row(row))
        product += direction[entry.column] * entry.value;
      product /= static_cast<float>(chosen_.size());
      for (const auto& entry : rows_.row(row))
        out[entry.column] += product * entry.value;
      out[columns_] += product;
    }
  }

  static float length(const std::vector<float>& v) {
    double sum = 0;
    for (const float x : v)
      sum += static_cast<double>(x) * static_cast<double>(x);
    return static_cast<float>(std::sqrt(sum));
  }

  const sparse_rows& rows_;
  std::span<const std::size_t> chosen_;
  std::span<const std::uint8_t> labels_;
  std::size_t classes_;
  std::size_t columns_;
  float l2_;
};

/// `current` steps down from `ahead`, then `ahead` is pushed past it in the direction of travel.
void accelerate(std::vector<float>& current, std::vector<float>& ahead, const std::vector<float>& gradient, float step,
                float momentum) {
  for (std::size_t i = 0; i < current.size(); ++i) {
    const auto next = ahead[i] - step * gradient[i];
    ahead[i] = next + momentum * (next - current[i]);
    current[i] = next;
  }
}

double mean_loss(std::span<const std::vector<float>> scores, std::span<const std::uint8_t> labels, float temperature) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    auto probabilities = scores[i];
    softmax(probabilities, temperature);
    sum -= std::log(std::max(1e-12, static_cast<double>(probabilities[labels[i]])));
  }
  return sum / static_cast<double>(scores.size());
}

} // namespace

linear_weights train_linear(const sparse_rows& rows, std::span<const std::size_t> chosen,
                            std::span<const std::uint8_t> labels, std::size_t classes, std::size_t columns,
                            const training_settings& settings) {
  const regression problem(rows, chosen, labels, classes, columns, settings.l2);
  auto current = problem.zero();
  auto ahead = current;
  auto gradient = current;
  const auto step = 1.0F / problem.curvature();
  for (int i = 0; i < settings.iterations; ++i) {
    problem.gradient(ahead, gradient);
    const auto momentum = static_cast<float>(i) / static_cast<float>(i + 3);
    accelerate(current.per_column, ahead.per_column, gradient.per_column, step, momentum);
    accelerate(current.bias, ahead.bias, gradient.bias, step, momentum);
  }
  return current;
}

std::vector<float> linear_scores(const linear_weights& weights, std::span<const sparse_rows::entry> row) {
  auto scores = weights.bias;
  for (const auto& entry : row)
    for (std::size_t c = 0; c < weights.classes; ++c)
      scores[c] += entry.value * weights.per_column[entry.column * weights.classes + c];
  return scores;
}

float best_temperature(std::span<const std::vector<float>> scores, std::span<const std::uint8_t> labels) {
  float best = 1.0F;
  double least = mean_loss(scores, labels, best);
  // The loss is smooth and shallow in the temperature; steps of a hundredth are finer than the data can tell.
  for (int hundredths = 20; hundredths <= 300; ++hundredths) {
    const auto temperature = static_cast<float>(hundredths) / 100.0F;
    const auto loss = mean_loss(scores, labels, temperature);
    if (loss < least) {
      least = loss;
      best = temperature;
    }
  }
  return best;
}

} // namespace callboard
