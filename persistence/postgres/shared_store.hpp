#pragma once

#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/ownership.hpp"

namespace callboard::postgres {

/// What the engine, its writer and its readers have in common. The last of them lets the store go.
struct shared_store {
  connection_settings settings; ///< for readers and the writer alike
  std::unique_ptr<ownership> hold;
};

} // namespace callboard::postgres
