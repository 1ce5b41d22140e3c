#pragma once

#include "base/json_read.hpp"
#include "domain/views.hpp"
#include "http/live/subscription.hpp"

#include <variant>

// The frames of the WebSocket `/live`, described once for reading, writing and the OpenAPI document.
namespace callboard::http {

BOOST_DEFINE_ENUM_CLASS(subscribe_type, subscribe)
BOOST_DEFINE_ENUM_CLASS(unsubscribe_type, unsubscribe)
BOOST_DEFINE_ENUM_CLASS(subscribed_type, subscribed)
BOOST_DEFINE_ENUM_CLASS(event_type_word, event)
BOOST_DEFINE_ENUM_CLASS(caught_up_type, caught_up)
BOOST_DEFINE_ENUM_CLASS(resync_type, resync)
BOOST_DEFINE_ENUM_CLASS(error_type, error)
BOOST_DEFINE_ENUM_CLASS(heartbeat_type, heartbeat)

/// Client: begin to watch. With `cursor` everything after it comes first, then `caught_up`.
struct subscribe_command {
  subscribe_type type = subscribe_type::subscribe;
  std::string id;
  std::string topic;
  std::optional<live_filter> filter;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(subscribe_command, (), (type, id, topic, filter, cursor))

/// Client: stop watching.
struct unsubscribe_command {
  unsubscribe_type type = unsubscribe_type::unsubscribe;
  std::string id;
};
BOOST_DESCRIBE_STRUCT(unsubscribe_command, (), (type, id))

/// Server: the subscription stands. `cursor` is where it begins: now, or the one that it was resumed with.
struct subscribed_frame {
  subscribed_type type = subscribed_type::subscribed;
  std::string id;
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(subscribed_frame, (), (type, id, cursor))

struct event_frame {
  event_type_word type = event_type_word::event;
  std::string id;
  std::string cursor;
  event_view event;
};
BOOST_DESCRIBE_STRUCT(event_frame, (), (type, id, cursor, event))

/// Server: a resumed subscription has had everything that was missed.
struct caught_up_frame {
  caught_up_type type = caught_up_type::caught_up;
  std::string id;
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(caught_up_frame, (), (type, id, cursor))

/// Server: events between the given cursor and this one are no longer kept. Read `list`; what follows comes live.
struct resync_frame {
  resync_type type = resync_type::resync;
  std::string id;
  std::string cursor;
  std::string list;
};
BOOST_DESCRIBE_STRUCT(resync_frame, (), (type, id, cursor, list))

/// Server: a command was not carried out. `code` is one of the problems' codes.
struct error_frame {
  error_type type = error_type::error;
  std::optional<std::string> id; ///< the command's, where it could be read
  std::string code;
  std::string detail;
  std::vector<field_error> errors;
};
BOOST_DESCRIBE_STRUCT(error_frame, (), (type, id, code, detail, errors))

/// Server: every 15 s. All subscriptions of the connection may be resumed with this cursor.
struct heartbeat_frame {
  heartbeat_type type = heartbeat_type::heartbeat;
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(heartbeat_frame, (), (type, cursor))

/// A command that was understood; its cursor is not yet looked into.
struct subscribe_request {
  std::string id;
  live_topic topic;
  live_filter filter;
  std::optional<std::string> cursor;

  bool operator==(const subscribe_request&) const = default;
};

struct unsubscribe_request {
  std::string id;

  bool operator==(const unsubscribe_request&) const = default;
};

struct command_fault {
  std::optional<std::string> id;
  problem why;
};

using live_request = std::variant<subscribe_request, unsubscribe_request>;

/// Reads one text message of a client, with all its mistakes.
tl::expected<live_request, command_fault> read_command(std::string_view text);

error_frame error_frame_of(const std::optional<std::string>& id, const problem& why);

/// The frames as the OpenAPI document shows them: one of these.
boost::json::object client_frame_schema(schema_set& into);
boost::json::object server_frame_schema(schema_set& into);

/// What an event frame consists of: `label`, the cursor, `event_frame_middle`, the event, `}`.
std::string event_frame_label(std::string_view id);
inline constexpr std::string_view event_frame_middle = "\",\"event\":";

/// The head of a server's text frame (RFC 6455, 5.2): final, not masked.
void append_text_frame_head(std::string& out, std::size_t size);

/// A ping without content.
inline constexpr std::string_view ping_frame{"\x89\x00", 2};

} // namespace callboard::http

template <>
inline constexpr bool callboard::is_request<callboard::http::subscribe_command> = true;
template <>
inline constexpr bool callboard::is_request<callboard::http::unsubscribe_command> = true;

namespace callboard {

template <>
inline constexpr field_marks marks_of<&http::subscribe_command::id>{
  .length_min = 1, .length_max = 64, .single_line = true, .help = "Chosen by the client, unique on its connection."};
template <>
inline constexpr field_marks marks_of<&http::subscribe_command::topic>{
  .length_min = 1,
  .length_max = 128,
  .single_line = true,
  .help = "`tickets`, `ticket:<id or number>` or `department:<id>`."};
template <>
inline constexpr field_marks marks_of<&http::subscribe_command::cursor>{
  .length_min = 1, .length_max = 1'024, .help = "Of the last frame that was seen: what was missed since comes first."};
template <>
inline constexpr field_marks marks_of<&http::unsubscribe_command::id>{
  .length_min = 1, .length_max = 64, .single_line = true};
template <>
inline constexpr field_marks marks_of<&http::resync_frame::list>{.help =
                                                                   "Where to read what the subscription shows now."};

} // namespace callboard
