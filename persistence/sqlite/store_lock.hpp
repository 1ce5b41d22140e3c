#pragma once

#include "base/time.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace callboard::sqlite {

/// The right to write a store: an exclusive lock of the open file description on `<store>.lock`.
///
/// Why the lock is the beat: the kernel drops it with the last descriptor of its holder, whether that exits, is killed
/// with -9 or loses power. So a free lock means that nobody holds the store, and a new process takes over at once;
/// a held lock means that the holder lives, which is what a moving beat would prove. A frozen holder keeps the store
/// too: it could write again when it wakes, and nothing on one machine could fence it before its next transaction.
/// As the belt beneath (somebody may delete the lock file), each write checks that the store's epoch is still its own.
///
/// The file is never deleted: whoever waits on it must wait for the same file.
class store_lock {
public:
  /// Waits up to `wait` for a holder that is going. Throws `store_open_error` naming the one that stays.
  store_lock(const std::filesystem::path& store, duration_ms wait,
             const std::function<void(std::string_view)>& on_wait);
  ~store_lock();
  store_lock(const store_lock&) = delete;
  store_lock& operator=(const store_lock&) = delete;

private:
  bool try_lock();
  std::string holder() const;
  void describe_holder();

  std::filesystem::path file_;
  int descriptor_ = -1;
};

} // namespace callboard::sqlite
