#pragma once

#include "domain/ticket.hpp"

#include <variant>

// What has happened to a ticket. Stored for as long as the ticket lives and sent to everybody who watches it, so these
// only grow: a new member is optional or marked `added_later`, a new meaning is a new event or a higher `schema`. They
// are read without the limits of today.
namespace callboard {

struct ticket_created {
  callboard::ticket ticket; ///< as it was then, version 1
  std::string classify_input;

  bool operator==(const ticket_created&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_created, (), (ticket, classify_input))

/// Only what changed is present.
struct ticket_changed {
  patch_field<std::string> title;
  patch_field<std::string> description;
  patch_field<ticket_priority> priority;
  patch_field<std::string> category;
  patch_field<std::vector<std::string>> tags;
  patch_field<department_id> department;
  patch_field<callboard::requester> requester;
  patch_field<std::string> classify_input; ///< a new text to classify

  bool operator==(const ticket_changed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_changed, (),
                      (title, description, priority, category, tags, department, requester, classify_input))

struct ticket_status_changed {
  ticket_status from = ticket_status::open;
  ticket_status to = ticket_status::open;

  bool operator==(const ticket_status_changed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_status_changed, (), (from, to))

struct ticket_assigned {
  std::optional<user_id> from;
  std::optional<user_id> to;

  bool operator==(const ticket_assigned&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_assigned, (), (from, to))

struct ticket_claimed {
  callboard::user_id user_id;

  bool operator==(const ticket_claimed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_claimed, (), (user_id))

struct ticket_released {
  callboard::user_id user_id;

  bool operator==(const ticket_released&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_released, (), (user_id))

struct ticket_deleted {
  bool operator==(const ticket_deleted&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_deleted, (), ())

struct creator_forgotten {
  bool operator==(const creator_forgotten&) const = default;
};
BOOST_DESCRIBE_STRUCT(creator_forgotten, (), ())

struct message_added {
  message_kind kind = message_kind::reply;
  principal author;
  std::string body;

  bool operator==(const message_added&) const = default;
};
BOOST_DESCRIBE_STRUCT(message_added, (), (kind, author, body))

/// `ai` is the whole new advice; `category` and `priority` are present when policy filled the ticket's own fields.
struct ai_classified {
  ticket_ai ai;
  patch_field<std::string> category;
  patch_field<ticket_priority> priority;

  bool operator==(const ai_classified&) const = default;
};
BOOST_DESCRIBE_STRUCT(ai_classified, (), (ai, category, priority))

/// AI was waiting to speak and no longer may: a person spoke or took the ticket, or its policy is off by now.
struct ai_cancelled {
  std::string reason; ///< `claimed`, `replied`, `closed`, `deleted`, `off`

  bool operator==(const ai_cancelled&) const = default;
};
BOOST_DESCRIBE_STRUCT(ai_cancelled, (), (reason))

using ticket_event =
  std::variant<ticket_created, ticket_changed, ticket_status_changed, ticket_assigned, ticket_claimed, ticket_released,
               ticket_deleted, creator_forgotten, message_added, ai_classified, ai_cancelled>;

template <>
inline constexpr field_marks marks_of<&message_added::body>{.personal = true};
template <>
inline constexpr field_marks marks_of<&ticket_changed::title>{.personal = true};
template <>
inline constexpr field_marks marks_of<&ticket_changed::description>{.personal = true};
template <>
inline constexpr field_marks marks_of<&ticket_changed::requester>{.personal = true};

/// `ticket.created`, `message.added`, ...: the same names in the store, the feed and the API.
std::string_view event_type(const ticket_event&);

/// All types, in the order of the variant.
const std::vector<std::string_view>& event_types();

/// The version of an event's stored form. Older ones are lifted when read.
inline constexpr int event_schema = 1;

/// Reads a stored event, of any schema up to `event_schema`. An unknown type, broken data or a member that is missing is
/// nothing: the store lies.
std::optional<ticket_event> read_event(std::string_view type, int schema, std::string_view data);

std::string encode_event(const ticket_event&);

} // namespace callboard
