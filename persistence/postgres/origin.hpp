#pragma once

#include "persistence/postgres/connection.hpp"

namespace callboard::postgres {

/// Of which cluster, which of its timelines and which tables a store is. Another one means that it was restored, recovered, or
/// promoted after a failover. Not every provider of databases lets all of it be asked for: what cannot be is left out.
std::string origin_of(connection&);

} // namespace callboard::postgres
