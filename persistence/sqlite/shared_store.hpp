#pragma once

#include "base/time.hpp"
#include "persistence/sqlite/checkpointer.hpp"
#include "persistence/sqlite/store_lock.hpp"

#include <filesystem>
#include <memory>

namespace callboard::sqlite {

/// What the engine, its writer and its readers have in common. The last of them lets the store go.
struct shared_store {
  std::filesystem::path file;
  duration_ms timeout;    ///< the longest that one question may take
  std::int64_t epoch = 0; ///< of this process's hold on the store
  std::unique_ptr<store_lock> lock;
  std::unique_ptr<checkpointer> log_keeper; ///< ends before the lock goes
};

} // namespace callboard::sqlite
