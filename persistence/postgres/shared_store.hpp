#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/ownership.hpp"

#include <optional>

namespace callboard::postgres {

/// What the engine, its writer and its readers have in common. The last of them lets the store go.
struct shared_store {
  connection_settings settings; ///< for readers and the writer alike
  std::unique_ptr<ownership> hold;
};

/// Puts a new session in the place of one that is lost, after every other one that this node has for the same use is over:
/// what they were still doing can no longer come. Throws `store_failure` while one of them cannot be ended.
void replace_session(std::optional<connection>& db, const shared_store&, connection_use);

} // namespace callboard::postgres
