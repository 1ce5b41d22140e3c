#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace callboard::log {

/// Writes whole lines to a file descriptor without being held up by whoever reads it. Not thread-safe.
class line_output {
public:
  /// POSIX keeps what is written to a pipe in one piece up to here.
  static constexpr std::size_t line_max = 4096;
  /// How long writing may wait for a reader within one second; then lines are lost until it reads again.
  static constexpr std::chrono::milliseconds wait_per_second{20};

  explicit line_output(int fd) : fd_(fd) {}

  /// A line with its end. False when it is lost.
  bool write(std::string_view line);

private:
  bool wait_until_writable();
  bool write_all(std::string_view text);

  int fd_;
  bool inside_line_ = false; ///< the last write broke off
  std::chrono::steady_clock::time_point second_begin_{};
  std::chrono::steady_clock::duration waited_{0};
};

} // namespace callboard::log
