#include "persistence/sqlite/checkpointer.hpp"

#include "persistence/sqlite/connection.hpp"

#include <sqlite3.h>

#include <utility>

namespace callboard::sqlite {

checkpointer::checkpointer(std::filesystem::path file) : file_(std::move(file)), thread_([this] { run(); }) {}

checkpointer::~checkpointer() {
  {
    std::lock_guard lock{mutex_};
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void checkpointer::log_is(int pages) {
  {
    std::lock_guard lock{mutex_};
    log_pages_ = pages;
    if (pages < seen_pages_)
      seen_pages_ = 0; // it has started over
    if (pages < seen_pages_ + pages_between)
      return;
  }
  if (pages < log_pages_max)
    wake_.notify_one();
  else
    move_pages();
}

void checkpointer::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    wake_.wait(lock, [this] { return stop_ || log_pages_ >= seen_pages_ + pages_between; });
    if (stop_)
      return;
    lock.unlock();
    move_pages();
    lock.lock();
  }
}

/// A failure is no loss: the pages stay in the log, which grows, and the writer meets what is wrong with the disk by
/// itself. The next thousand pages try again.
void checkpointer::move_pages() {
  std::lock_guard only{one_at_a_time_};
  {
    std::lock_guard lock{mutex_};
    seen_pages_ = log_pages_;
  }
  try {
    connection db{file_, connection_use::checkpointer};
    sqlite3_wal_checkpoint_v2(db.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  } catch (const sqlite_error&) {
    return;
  }
}

} // namespace callboard::sqlite
