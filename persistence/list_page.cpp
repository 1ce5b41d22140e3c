#include "persistence/list_page.hpp"

#include "base/json_write.hpp"
#include "persistence/stored_json.hpp"
#include "persistence/ticket_row.hpp"

#include <charconv>

namespace callboard {
namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

} // namespace

problem bad_cursor() { return {error_code::invalid_cursor, "The cursor does not belong to this list."}; }
problem no_such_ticket() { return {error_code::not_found, "There is no such ticket."}; }

std::string encode_position(ticket_sort sort, const list_position& position) {
  auto text = to_string(position.id);
  return sort == ticket_sort::id ? text : std::to_string(position.key).append(1, ':').append(text);
}

std::optional<list_position> decode_position(ticket_sort sort, std::string_view text) {
  list_position position;
  if (sort != ticket_sort::id) {
    auto colon = text.find(':');
    auto key = colon == std::string_view::npos ? std::nullopt : parse_integer(text.substr(0, colon));
    if (!key)
      return std::nullopt;
    position.key = *key;
    text.remove_prefix(colon + 1);
  }
  auto id = ticket_id::parse(text);
  if (!id)
    return std::nullopt;
  position.id = *id;
  return position;
}

std::optional<std::int64_t> parse_version(std::string_view text) {
  auto version = text.empty() ? std::optional<std::int64_t>{0} : parse_integer(text);
  return version && *version >= 0 ? version : std::nullopt;
}

std::optional<uuid_bytes> parse_upper_id(std::string_view text) {
  if (!text.empty())
    return parse_uuid(text);
  uuid_bytes top;
  top.fill(0xff);
  return top;
}

std::string view_for(const scope& who, std::string_view view, int schema) {
  if (schema == view_schema && who.staff_fields)
    return std::string{view};
  auto seen = to_json(stored_json<ticket>(view, "ticket"));
  if (who.staff_fields)
    return seen;
  auto value = parse_json(seen);
  value->as_object().erase("ai");
  return boost::json::serialize(*value);
}

} // namespace callboard
