#pragma once

#include <chrono>
#include <cstdint>

namespace callboard {

/// What the kernel says about this process. What it does not say is 0.
struct process_stats {
  std::int64_t resident_bytes = 0;
  std::int64_t virtual_bytes = 0;
  std::int64_t threads = 0;
  std::int64_t open_fds = 0;
  std::int64_t max_fds = 0;
  std::chrono::nanoseconds cpu{0};
  std::chrono::nanoseconds start_time{0}; ///< since 1970
};

/// Reads /proc; some tens of microseconds, more with thousands of open descriptors.
process_stats read_process_stats();

/// Its own bytes in RAM, which is quick. Pages of mapped files (its program, SQLite's store) and of shared memory are not among
/// them: those of files the kernel takes back when it needs them, and the process cannot give up.
std::int64_t own_resident_bytes();

} // namespace callboard
