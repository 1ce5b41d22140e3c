#pragma once

#include "domain/ticket.hpp"

#include <variant>

// What can be asked of a ticket. The first four are request bodies as well, so their marks are the API's limits.
namespace callboard {

struct create_ticket {
  std::string title;
  std::string description;
  std::optional<ticket_priority> priority;
  std::optional<std::string> category;
  std::vector<std::string> tags;
  std::optional<department_id> department;
  std::optional<user_id> assignee_id;
  std::optional<callboard::requester> requester;
  std::optional<user_id> created_by;

  bool operator==(const create_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(create_ticket, (),
                      (title, description, priority, category, tags, department, assignee_id, requester, created_by))

/// Members that are absent stay as they are; null clears where that makes sense.
struct change_ticket {
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<ticket_status> status;
  patch_field<ticket_priority> priority;
  patch_field<std::string> category;
  std::optional<std::vector<std::string>> tags;
  patch_field<department_id> department;
  patch_field<user_id> assignee_id;
  patch_field<callboard::requester> requester;

  bool operator==(const change_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(change_ticket, (),
                      (title, description, status, priority, category, tags, department, assignee_id, requester))

struct add_message {
  message_kind kind = message_kind::reply;
  std::string body;

  bool operator==(const add_message&) const = default;
};
BOOST_DESCRIBE_STRUCT(add_message, (), (kind, body))

/// A person takes the ticket: it is theirs, in progress, and AI keeps silent until `release_ticket`.
struct claim_ticket {
  callboard::user_id user_id;

  bool operator==(const claim_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(claim_ticket, (), (user_id))

struct release_ticket {
  bool operator==(const release_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(release_ticket, (), ())

struct delete_ticket {
  bool operator==(const delete_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(delete_ticket, (), ())

/// A user is gone: what names them on this ticket is emptied.
struct forget_user {
  callboard::user_id user_id;

  bool operator==(const forget_user&) const = default;
};
BOOST_DESCRIBE_STRUCT(forget_user, (), (user_id))

/// What a provider must answer to the task `classify`.
struct classification {
  std::string category;
  ticket_priority priority = ticket_priority::medium;
  double confidence = 0;
  callboard::sentiment sentiment = callboard::sentiment::neutral;
  std::string language;

  bool operator==(const classification&) const = default;
};
BOOST_DESCRIBE_STRUCT(classification, (), (category, priority, confidence, sentiment, language))

/// The result of an AI job. Without `answer` every provider failed and the safe values stand in.
struct record_ai_result {
  std::string input_hash; ///< of what was classified; an older input is refused
  std::optional<classification> answer;
  std::string provider;
  std::string model;
  std::string prompt_version;

  bool operator==(const record_ai_result&) const = default;
};
BOOST_DESCRIBE_STRUCT(record_ai_result, (), (input_hash, answer, provider, model, prompt_version))

using ticket_request =
  std::variant<change_ticket, add_message, claim_ticket, release_ticket, delete_ticket, forget_user, record_ai_result>;

namespace limits {
inline constexpr std::size_t title_length_max = 200;
inline constexpr std::size_t description_length_max = 20'000;
inline constexpr std::size_t message_length_max = 20'000;
inline constexpr std::size_t category_length_max = 50;
inline constexpr std::size_t tags_max = 20;
inline constexpr std::size_t tag_length_max = 50;
inline constexpr std::size_t language_length_max = 35; // RFC 5646, 4.4.1
} // namespace limits

template <>
inline constexpr field_marks marks_of<&create_ticket::title>{.length_min = 1,
                                                             .length_max = limits::title_length_max,
                                                             .single_line = true,
                                                             .personal = true,
                                                             .help = "One line that says what it is about."};
template <>
inline constexpr field_marks marks_of<&create_ticket::description>{
  .length_min = 1, .length_max = limits::description_length_max, .personal = true, .help = "What the customer wrote."};
template <>
inline constexpr field_marks marks_of<&create_ticket::priority>{.help = "Left out, AI may fill it."};
template <>
inline constexpr field_marks marks_of<&create_ticket::category>{
  .length_min = 1,
  .length_max = limits::category_length_max,
  .single_line = true,
  .help = "One of the configured categories. Left out, AI may fill it."};
template <>
inline constexpr field_marks marks_of<&create_ticket::tags>{
  .items_max = limits::tags_max, .item_length_max = limits::tag_length_max, .single_line = true};
template <>
inline constexpr field_marks marks_of<&create_ticket::requester>{.personal = true};
template <>
inline constexpr field_marks marks_of<&create_ticket::created_by>{.help =
                                                                    "The user who creates it, until log-in exists."};
template <>
inline constexpr field_marks marks_of<&change_ticket::title>{.length_min = 1,
                                                             .length_max = limits::title_length_max,
                                                             .single_line = true,
                                                             .not_null = true,
                                                             .personal = true,
                                                             .help = "A new title is classified again."};
template <>
inline constexpr field_marks marks_of<&change_ticket::description>{.length_min = 1,
                                                                   .length_max = limits::description_length_max,
                                                                   .not_null = true,
                                                                   .personal = true,
                                                                   .help = "A new description is classified again."};
template <>
inline constexpr field_marks marks_of<&change_ticket::status>{.not_null = true};
template <>
inline constexpr field_marks marks_of<&change_ticket::category>{
  .length_min = 1, .length_max = limits::category_length_max, .single_line = true};
template <>
inline constexpr field_marks marks_of<&change_ticket::tags>{
  .items_max = limits::tags_max, .item_length_max = limits::tag_length_max, .single_line = true, .not_null = true};
template <>
inline constexpr field_marks marks_of<&change_ticket::requester>{.personal = true};
template <>
inline constexpr field_marks marks_of<&add_message::kind>{.help =
                                                            "`reply` is seen by the customer, `note` by staff only."};
template <>
inline constexpr field_marks marks_of<&add_message::body>{
  .length_min = 1, .length_max = limits::message_length_max, .personal = true};
template <>
inline constexpr field_marks marks_of<&classification::category>{
  .length_min = 1, .length_max = limits::category_length_max, .single_line = true};
template <>
inline constexpr field_marks marks_of<&classification::confidence>{.minimum = 0, .maximum = 1};
template <>
inline constexpr field_marks marks_of<&classification::language>{
  .length_min = 1, .length_max = limits::language_length_max, .single_line = true, .help = "BCP 47 tag, or `und`."};

} // namespace callboard
