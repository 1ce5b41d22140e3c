#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace callboard::simulation {

/// What happened in a run, as a hash that two runs of a seed must share; on demand the last steps in words too.
class trace {
public:
  /// Keeps the last `kept_max` steps in words.
  explicit trace(std::size_t kept_max) : kept_max_(kept_max) {}

  void add(std::uint64_t number) { hash_ = (hash_ ^ number) * 0x100000001b3; }
  void add(std::string_view bytes) {
    for (unsigned char c : bytes)
      add(c);
  }

  /// `words` makes the line, and is called only when somebody will read it.
  template <class Words>
  void step(std::chrono::nanoseconds time, std::initializer_list<std::uint64_t> numbers, Words words) {
    ++steps_;
    add(static_cast<std::uint64_t>(time.count()));
    for (auto number : numbers)
      add(number);
    if (kept_max_ == 0)
      return;
    lines_.push_back(
      fmt::format("{:>8} {:>12.6f} s  {}", steps_, std::chrono::duration<double>(time).count(), words()));
    if (lines_.size() > kept_max_)
      lines_.pop_front();
  }

  std::uint64_t hash() const { return hash_; }
  std::uint64_t steps() const { return steps_; }
  const std::deque<std::string>& lines() const { return lines_; }

private:
  std::size_t kept_max_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t steps_ = 0;
  std::deque<std::string> lines_;
};

} // namespace callboard::simulation
