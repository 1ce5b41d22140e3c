#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

namespace callboard::simulation {

/// All chance of a run comes from here. Its own arithmetic instead of the library's distributions, so that a seed means
/// the same with every compiler.
class dice {
public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  /// `per_mille` times of a thousand.
  bool chance(int per_mille) { return per_mille > 0 && below(1'000) < static_cast<std::uint64_t>(per_mille); }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  /// Up to `most`, mostly much less.
  std::chrono::nanoseconds span(std::chrono::nanoseconds most) {
    auto scale = std::uint64_t{1} << below(8);
    return std::chrono::nanoseconds{below(static_cast<std::uint64_t>(most.count()) / scale + 1)};
  }
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

private:
  std::mt19937_64 random_;
};

} // namespace callboard::simulation
