#include "http/live/event_stream.hpp"

#include "http/query.hpp"

#include <charconv>

namespace callboard::http {

result<events_request> read_events_request(std::string_view query, std::optional<std::string_view> last_event_id) {
  std::vector<field_error> errors;
  auto asked = read_query<events_query>(query, errors);
  events_request out;
  // Of a query that cannot be decoded nobody knows whether it names a topic.
  bool topic_is_refused = std::any_of(errors.begin(), errors.end(), [](const field_error& e) {
    return e.pointer == "query:topic" || e.pointer == "query:";
  });
  if (asked.topic.empty() && !topic_is_refused)
    errors.push_back({"query:topic", "missing", "is required"});
  else if (!topic_is_refused) {
    if (auto topic = parse_topic(asked.topic))
      out.topic = *topic;
    else
      errors.push_back({"query:topic", topic.error().code, topic.error().detail});
  }
  if (!errors.empty()) {
    problem why{error_code::invalid_request, "The request has mistakes; see `errors`."};
    why.errors = std::move(errors);
    return tl::unexpected(std::move(why));
  }
  out.filter = std::move(static_cast<live_filter&>(asked));
  if (last_event_id && !last_event_id->empty())
    out.cursor = std::string{*last_event_id};
  else
    out.cursor = std::move(asked.cursor);
  return out;
}

void event_stream_writer::append_piece(std::string& out, std::initializer_list<std::string_view> parts) const {
  if (chunked_) {
    std::size_t size = 0;
    for (auto part : parts)
      size += part.size();
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, size, 16).ptr);
    out += "\r\n";
  }
  for (auto part : parts)
    out += part;
  if (chunked_)
    out += "\r\n";
}

void event_stream_writer::append_event(std::string& out, std::string_view cursor, std::string_view type,
                                       std::string_view data) const {
  append_piece(out, {"id: ", cursor, "\nevent: ", type, "\ndata: ", data, "\n\n"});
}

void event_stream_writer::append_cursor(std::string& out, std::string_view cursor) const {
  append_event(out, cursor, "cursor", "{}");
}

void event_stream_writer::append_retry(std::string& out, int milliseconds) const {
  append_piece(out, {"retry: ", std::to_string(milliseconds), "\n\n"});
}

void event_stream_writer::append_heartbeat(std::string& out) const { append_piece(out, {": alive\n\n"}); }

void event_stream_writer::append_end(std::string& out) const {
  if (chunked_)
    out += "0\r\n\r\n";
}

} // namespace callboard::http
