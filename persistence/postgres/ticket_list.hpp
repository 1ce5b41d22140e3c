#pragma once

#include "persistence/list_page.hpp"
#include "persistence/postgres/parameters.hpp"
#include "protocol/queries.hpp"

#include <optional>
#include <string>

// The one statement whose text depends on the question: lists of tickets. It is put together from a fixed table of
// constant fragments; every value is bound.
namespace callboard::postgres {

struct list_statement {
  std::string sql; ///< columns: sort key as a number (or NULL), id, view, view_schema
  parameters values;
};

/// Asks for one row more than the page, to know whether there are more. Nothing when the question can find nothing.
std::optional<list_statement> compose_list(const list_tickets&, const std::optional<list_position>& after);

} // namespace callboard::postgres
