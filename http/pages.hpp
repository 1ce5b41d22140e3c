#pragma once

#include "base/json_write.hpp"
#include "http/exchange.hpp"
#include "http/request_types.hpp"

// Lists: from query parameters to a page request, and from a page to its answer.
namespace callboard::http {

/// Everything but the page that decides what a list holds; a cursor is good for one of these only.
template <class Query>
std::string binding_of(const exchange& ex, Query query) {
  static_cast<page_query&>(query) = {};
  auto binding = std::string{ex.matched->operation};
  for (auto id : ex.ids)
    binding.append(" ").append(id);
  return binding.append(" ").append(to_json(query));
}

/// Mistakes go to the exchange.
page_request read_page(exchange& ex, const page_query& query, std::string_view binding);

/// `{items, next_cursor}` and the Link field.
void send_page(exchange& ex, result<page_result>&& found, std::string_view binding);

} // namespace callboard::http
