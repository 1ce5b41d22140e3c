#pragma once

#include "persistence/sqlite/connection.hpp"
#include "protocol/store.hpp"

namespace callboard::sqlite {

/// Runs `work`; what SQLite says of the store becomes the port's `store_failure`.
template <class Work>
auto guarded(Work&& work) {
  try {
    return work();
  } catch (const sqlite_error& e) {
    throw store_failure(e.interrupted() ? "the question took longer than store.timeout" : e.what(), false);
  }
}

} // namespace callboard::sqlite
