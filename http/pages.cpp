#include "http/pages.hpp"

#include "http/cursor.hpp"

namespace callboard::http {
namespace {

/// The request's own target with another cursor.
std::string link_to_next(const exchange& ex, std::string_view cursor) {
  std::string link{"<"};
  link.append(ex.head.path).append("?");
  auto parameters = split_query(ex.head.query);
  for (const auto& [name, value] : *parameters) {
    if (name == "cursor" || name == "offset")
      continue;
    append_query_value(link, name);
    link += '=';
    append_query_value(link, value);
    link += '&';
  }
  return link.append("cursor=").append(cursor).append(">; rel=\"next\"");
}

} // namespace

page_request read_page(exchange& ex, const page_query& query, std::string_view binding) {
  page_request page{query.limit, {}, query.offset.value_or(0)};
  if (!query.cursor || query.cursor->empty())
    return page; // an empty one is a mistake already
  if (query.offset)
    ex.mistake("query:offset", "excluded", "cannot be combined with cursor");
  auto next = read_list_cursor(ex.house().identity.cursor_key, binding, *query.cursor);
  if (next)
    page.after = std::move(*next);
  else
    ex.mistake("query:cursor", "invalid_cursor", "is not a cursor of this list with these filters");
  return page;
}

void send_page(exchange& ex, result<page_result>&& found, std::string_view binding) {
  if (!found)
    return ex.refuse(std::move(found.error()));
  if (!found->value)
    return ex.refuse(std::move(found->value.error()));
  const auto& page = *found->value;
  auto& body = ex.out.body;
  std::size_t size = 256; // the frame and the cursor
  for (const auto& item : page.items)
    size += item.size() + 1;
  body.reserve(size);
  body = "{\"items\":[";
  for (const auto& item : page.items) {
    if (body.back() != '[')
      body += ',';
    body += item;
  }
  body += "],\"next_cursor\":";
  if (page.next.empty()) {
    body += "null}";
    return;
  }
  auto cursor = make_list_cursor(ex.house().identity.cursor_key, binding, page.next);
  append_json(body, std::string_view{cursor});
  body += '}';
  ex.out.add_field("Link", link_to_next(ex, cursor));
}

} // namespace callboard::http
