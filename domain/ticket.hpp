#pragma once

#include "base/ids.hpp"
#include "domain/principal.hpp"
#include "domain/values.hpp"

#include <optional>
#include <string>
#include <vector>

// A ticket as staff see it, and what the rules remember beside that.
namespace callboard {

/// The customer who asks, as far as known. Not a user: it may be somebody who only wrote a mail.
struct requester {
  std::optional<std::string> name;
  std::optional<std::string> email;

  bool operator==(const requester&) const = default;
};
BOOST_DESCRIBE_STRUCT(requester, (), (name, email))

/// What AI says of a ticket: advice, kept apart from the ticket's own fields.
struct ticket_ai {
  ai_status status = ai_status::pending;
  std::optional<std::string> category;
  std::optional<ticket_priority> priority;
  std::optional<double> confidence; ///< 0 to 1
  bool fallback = false;            ///< true: no provider answered, these are the safe values
  std::optional<callboard::sentiment> sentiment;
  std::optional<std::string> language; ///< BCP 47
  std::optional<std::string> provider;
  std::optional<std::string> model;
  std::optional<std::string> prompt_version;

  bool operator==(const ticket_ai&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_ai, (),
                      (status, category, priority, confidence, fallback, sentiment, language, provider, model,
                       prompt_version))

struct ticket {
  ticket_id id;
  std::int64_t number = 0; ///< short, for people
  std::string title;
  std::string description;
  ticket_status status = ticket_status::open;
  std::optional<ticket_priority> priority;
  std::optional<std::string> category;
  std::vector<std::string> tags;
  std::optional<department_id> department;
  std::optional<user_id> assignee_id;
  std::optional<callboard::requester> requester;
  std::optional<user_id> created_by;
  std::optional<user_id> claimed_by;
  ticket_ai ai;
  std::int64_t version = 0; ///< the number of its events
  timestamp created_at;
  timestamp updated_at;
  std::optional<timestamp> resolved_at;
  std::optional<timestamp> closed_at;

  bool operator==(const ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket, (),
                      (id, number, title, description, status, priority, category, tags, department, assignee_id,
                       requester, created_by, claimed_by, ai, version, created_at, updated_at, resolved_at, closed_at))

/// What rules need and no view shows.
struct ticket_memory {
  bool deleted = false;
  bool category_by_person = false;
  bool priority_by_person = false;
  std::string classify_input; ///< hex SHA-256 of what is to be classified; empty when nothing is

  bool operator==(const ticket_memory&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_memory, (), (deleted, category_by_person, priority_by_person, classify_input))

struct ticket_state {
  callboard::ticket ticket;
  ticket_memory memory;

  bool operator==(const ticket_state&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_state, (), (ticket, memory))

/// Where a ticket stands after an event: what subscriptions filter by.
struct ticket_context {
  ticket_status status = ticket_status::open;
  std::optional<ticket_priority> priority;
  std::optional<std::string> category;
  std::optional<department_id> department;
  std::optional<user_id> assignee_id;
  std::optional<user_id> created_by;
  callboard::ai_status ai_status = callboard::ai_status::pending;

  bool operator==(const ticket_context&) const = default;
};
BOOST_DESCRIBE_STRUCT(ticket_context, (), (status, priority, category, department, assignee_id, created_by, ai_status))

inline ticket_context context_of(const ticket& t) {
  return {t.status, t.priority, t.category, t.department, t.assignee_id, t.created_by, t.ai.status};
}

template <>
inline constexpr field_marks marks_of<&requester::name>{
  .length_min = 1, .length_max = 200, .single_line = true, .personal = true, .help = "The customer's name."};
template <>
inline constexpr field_marks marks_of<&requester::email>{.length_min = 3,
                                                         .length_max = 254,
                                                         .single_line = true,
                                                         .email = true,
                                                         .personal = true,
                                                         .help = "The customer's e-mail address."};
template <>
inline constexpr field_marks marks_of<&ticket::title>{.personal = true, .help = "One line that says what it is about."};
template <>
inline constexpr field_marks marks_of<&ticket::description>{.personal = true, .help = "What the customer wrote."};
template <>
inline constexpr field_marks marks_of<&ticket::requester>{.personal = true, .help = "The customer who asks."};
template <>
inline constexpr field_marks marks_of<&ticket::number>{.help = "A short number; accepted wherever the id is."};
template <>
inline constexpr field_marks marks_of<&ticket::version>{
  .help = "The number of the ticket's events; the ETag is \"v<version>\"."};
template <>
inline constexpr field_marks marks_of<&ticket_ai::confidence>{.help = "0 to 1; calibrated for the built-in provider."};
template <>
inline constexpr field_marks marks_of<&ticket_ai::fallback>{
  .help = "True when no provider answered and safe values stand in."};
template <>
inline constexpr field_marks marks_of<&ticket_ai::language>{.help = "BCP 47 tag, `und` when it cannot be told."};

} // namespace callboard
