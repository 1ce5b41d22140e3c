#pragma once

#include "persistence/postgres/connection.hpp"
#include "protocol/store.hpp"

#include <span>

namespace callboard::postgres {

/// Writes the words of tickets, within a transaction. What is too long for a vector of words is indexed as far as it fits.
void save_search_entries(connection&, std::span<const search_entry>);

} // namespace callboard::postgres
