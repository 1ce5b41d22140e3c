#pragma once

#include "http/live/subscription.hpp"

#include <string>
#include <string_view>

// Server-sent events as text, and the parameters of `GET /events`. Pure.
namespace callboard::http {

/// The filter's members and these: see `live_filter`.
struct events_query : live_filter {
  std::string topic;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(events_query, (live_filter), (topic, cursor))

struct events_request {
  live_topic topic;
  live_filter filter;
  std::optional<std::string> cursor; ///< of Last-Event-ID, or else of the query
};

/// `last_event_id` wins over the query's cursor: it is where a client that reconnects stopped.
result<events_request> read_events_request(std::string_view query, std::optional<std::string_view> last_event_id);

/// Pieces of a stream. With `chunked` each is one chunk (RFC 9112, 7.1).
class event_stream_writer {
public:
  explicit event_stream_writer(bool chunked) : chunked_(chunked) {}

  void append_event(std::string& out, std::string_view cursor, std::string_view type, std::string_view data) const;
  /// `event: cursor`: a place to resume from, without an event.
  void append_cursor(std::string& out, std::string_view cursor) const;
  void append_retry(std::string& out, int milliseconds) const;
  void append_heartbeat(std::string& out) const;
  void append_end(std::string& out) const;

private:
  void append_piece(std::string& out, std::initializer_list<std::string_view> parts) const;

  bool chunked_;
};

} // namespace callboard::http

namespace callboard {

template <>
inline constexpr field_marks marks_of<&http::events_query::topic>{
  .length_min = 1,
  .length_max = 128,
  .single_line = true,
  .help = "`tickets`, `ticket:<id or number>` or `department:<id>`."};
template <>
inline constexpr field_marks marks_of<&http::events_query::cursor>{
  .length_min = 1, .length_max = 1'024, .help = "Resumes after it; the header Last-Event-ID wins."};

} // namespace callboard
