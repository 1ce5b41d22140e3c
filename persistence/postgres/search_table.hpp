#pragma once

#include "persistence/postgres/connection.hpp"
#include "protocol/store.hpp"

#include <span>

namespace callboard::postgres {

/// A vector of words has at most 1 MiB: when the server refuses a text, so much of it always fits.
inline constexpr std::size_t indexed_bytes_min = 64 * 1024;

/// What is not removed, as the arrays of a statement; of each text at most so many bytes.
struct search_columns {
  std::string ids, titles, bodies;
};
search_columns search_columns_of(std::span<const search_entry>, std::size_t bytes_max);

/// Writes the words of tickets, within a transaction. What is too long for a vector of words is indexed as far as it fits.
void save_search_entries(connection&, std::span<const search_entry>);

} // namespace callboard::postgres
