#pragma once

#include "persistence/list_lead.hpp"

#include <cstdint>
#include <string>
#include <vector>

// The one statement whose text depends on the question: lists of tickets. It is put together from a fixed table of
// constant fragments; every value is bound.
namespace callboard::sqlite {

struct list_statement {
  std::string sql; ///< columns: sort key (or NULL), id, view, view_schema
  list_values values;
};

/// See `meta`: how far created_at may be from the time in an id.
struct id_skew {
  std::int64_t ahead = 0;
  std::int64_t behind = 0;
};

/// Whether the question has a range of `created_at` that is to be narrowed with the skew of ids.
bool needs_skew(const list_tickets&);

/// Asks for one row more than the page, to know whether there are more. Nothing when the question can find nothing.
std::optional<list_statement> compose_list(const list_tickets&, const std::optional<list_position>& after, id_skew);

} // namespace callboard::sqlite
