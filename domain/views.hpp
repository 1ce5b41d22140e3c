#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "domain/principal.hpp"

#include <optional>
#include <string>

// What lists show beside tickets, users and departments: one element each. The store encodes them, the API documents them.
namespace callboard {

/// One element of a ticket's conversation.
struct message_view {
  event_id id;
  callboard::ticket_id ticket_id;
  std::int64_t version = 0; ///< of the ticket, after this message
  message_kind kind = message_kind::reply;
  principal author;
  std::string body;
  timestamp created_at;

  bool operator==(const message_view&) const = default;
};
BOOST_DESCRIBE_STRUCT(message_view, (), (id, ticket_id, version, kind, author, body, created_at))

/// One event, in a ticket's history and in the feed alike.
struct event_view {
  event_id id;
  std::string type; ///< `ticket.created`, `user.deleted`, ...
  timestamp time;
  std::optional<callboard::ticket_id> ticket_id; ///< null for events of the directory
  std::int64_t version = 0;                      ///< of its subject, after this event
  principal actor;
  raw_json data;

  bool operator==(const event_view&) const = default;
};
BOOST_DESCRIBE_STRUCT(event_view, (), (id, type, time, ticket_id, version, actor, data))

/// Durable work as operators see it.
struct job_view {
  job_id id;
  std::string kind;       ///< `classify`, `forget_user`
  std::string subject_id; ///< the ticket or the user
  std::string state;      ///< `available`, `running`, `parked`, `done`, `dead`, `cancelled`
  std::int64_t attempt = 0;
  std::int64_t crash_count = 0; ///< processes that ended while it ran
  timestamp run_at;
  std::optional<timestamp> claimed_until;
  std::optional<std::string> last_error;
  timestamp created_at;
  timestamp updated_at;

  bool operator==(const job_view&) const = default;
};
BOOST_DESCRIBE_STRUCT(job_view, (),
                      (id, kind, subject_id, state, attempt, crash_count, run_at, claimed_until, last_error, created_at,
                       updated_at))

template <>
inline constexpr field_marks marks_of<&message_view::body>{.personal = true};
template <>
inline constexpr field_marks marks_of<&message_view::version>{.help = "The ticket's version after this message."};
template <>
inline constexpr field_marks marks_of<&event_view::ticket_id>{.help = "Null for events of users and departments."};
template <>
inline constexpr field_marks marks_of<&event_view::version>{.help = "The version of its subject after this event."};
template <>
inline constexpr field_marks marks_of<&job_view::kind>{.help = "`classify` or `forget_user`."};
template <>
inline constexpr field_marks marks_of<&job_view::subject_id>{.help = "The ticket or the user that it is about."};
template <>
inline constexpr field_marks marks_of<&job_view::state>{
  .help = "`available`, `running`, `parked`, `done`, `dead` or `cancelled`."};
template <>
inline constexpr field_marks marks_of<&job_view::crash_count>{
  .help = "Processes that ended while it ran; three make it dead."};

} // namespace callboard
