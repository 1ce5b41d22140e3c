#pragma once

#include "base/json_schema.hpp"
#include "protocol/queries.hpp"

#include <tl/expected.hpp>

// What a subscriber asked to see, and whether an event belongs to it. Pure.
namespace callboard::http {

BOOST_DEFINE_ENUM_CLASS(topic_kind, tickets, ticket, department)

/// `tickets`, `ticket:<id or number>` or `department:<id>`.
struct live_topic {
  topic_kind kind = topic_kind::tickets;
  ticket_id ticket = {}; ///< nil while only the number is known
  std::int64_t number = 0;
  department_id department = {};

  bool operator==(const live_topic&) const = default;
};

/// The mistake's pointer is left to the caller. `me` needs to know who asks, which nobody does without identity.
tl::expected<live_topic, field_error> parse_topic(std::string_view text);

/// Each member that is not empty must hold the ticket's value.
struct live_filter {
  std::vector<ticket_status> status = {};
  std::vector<ticket_priority> priority = {};
  std::vector<std::string> category = {};
  std::vector<callboard::ai_status> ai_status = {};
  std::vector<user_id> assignee_id = {};
  std::vector<department_id> department = {};

  bool operator==(const live_filter&) const = default;
};
BOOST_DESCRIBE_STRUCT(live_filter, (), (status, priority, category, ai_status, assignee_id, department))

bool matches(const live_filter& filter, const ticket_context& context);

struct subscription_rule {
  live_topic topic;
  live_filter filter;
  scope sees;

  bool operator==(const subscription_rule&) const = default;
};

enum class verdict {
  deliver,
  entered, ///< the ticket is in view from this event on; the subscriber may never have seen it
  left,    ///< the ticket was in view before this event and no longer is
  skip
};

/// Events of the directory belong to no topic.
verdict decide(const subscription_rule& rule, const feed_event& event);

/// Where to read what the subscription would have shown: a path below the root, with its query.
std::string list_link(const subscription_rule& rule);

} // namespace callboard::http

template <>
inline constexpr bool callboard::is_request<callboard::http::live_filter> = true;

namespace callboard {

template <>
inline constexpr field_marks marks_of<&http::live_filter::status>{
  .items_max = 32, .help = "Any of these; a single value need not be an array."};
template <>
inline constexpr field_marks marks_of<&http::live_filter::priority>{
  .items_max = 32, .help = "Any of these; a single value need not be an array."};
template <>
inline constexpr field_marks marks_of<&http::live_filter::category>{
  .items_max = 32, .item_length_max = 64, .help = "Any of these; a single value need not be an array."};
template <>
inline constexpr field_marks marks_of<&http::live_filter::ai_status>{
  .items_max = 32, .help = "Any of these; a single value need not be an array."};
template <>
inline constexpr field_marks marks_of<&http::live_filter::assignee_id>{
  .items_max = 32, .help = "Any of these; a single value need not be an array."};
template <>
inline constexpr field_marks marks_of<&http::live_filter::department>{
  .items_max = 32, .help = "Any of these; a single value need not be an array."};

} // namespace callboard
