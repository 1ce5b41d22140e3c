#pragma once

#include "base/time.hpp"

#include <atomic>

namespace callboard {

/// The wall clock of a process, which does not jump when the machine's does: it goes on as the time since boot does, and
/// follows the machine's clock by at most one part in a hundred. What is due in eight seconds stays due in eight seconds,
/// and nothing is old before its time. The idea is Erlang's "no time warp" mode. Any thread may read it.
class wall_clock {
public:
  /// Both readings of the machine are taken at the same moment.
  struct reading {
    timestamp wall;
    std::chrono::microseconds since_boot; ///< grows steadily, also while the machine sleeps
  };
  static reading read_machine();

  explicit wall_clock(reading first) : ahead_us_(ahead(first)), corrected_at_us_(first.since_boot.count()) {}

  timestamp time(reading);
  /// How far the machine's clock is before this one; negative when it is behind.
  std::chrono::microseconds behind(reading) const;

private:
  static std::int64_t ahead(reading r) { return to_micros(r.wall) - r.since_boot.count(); }

  std::atomic<std::int64_t> ahead_us_; ///< of the time since boot
  std::atomic<std::int64_t> corrected_at_us_;
};

/// How far the machine's clock is before `now()`.
std::chrono::microseconds clock_difference();

} // namespace callboard
