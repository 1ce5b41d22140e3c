#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace callboard::sqlite {

/// Moves committed pages from the write-ahead log to the file on a thread and a connection of its own, so that no
/// commit waits for the two flushes that this takes.
///
/// The log starts over when a commit finds that all of it has been moved and that nobody reads from it. Under load
/// that moment never comes by itself: past `log_pages_max` the writer moves the little that is left and makes it come.
class checkpointer {
public:
  static constexpr int pages_between = 1'000;  ///< 4 MiB of new log wake the thread
  static constexpr int log_pages_max = 16'000; ///< 64 MiB

  explicit checkpointer(std::filesystem::path file);
  ~checkpointer();
  checkpointer(const checkpointer&) = delete;
  checkpointer& operator=(const checkpointer&) = delete;

  /// Told by the writer, outside its transactions, how long the log is.
  void log_is(int pages);

private:
  void run();
  void move_pages();

  std::filesystem::path file_;
  std::mutex one_at_a_time_; ///< held while pages are moved
  std::mutex mutex_;         ///< guards what follows
  std::condition_variable wake_;
  int log_pages_ = 0;
  int seen_pages_ = 0; ///< the length of the log when pages were last moved
  bool stop_ = false;
  std::thread thread_;
};

} // namespace callboard::sqlite
