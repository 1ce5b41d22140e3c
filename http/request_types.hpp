#pragma once

#include "domain/ticket.hpp"
#include "protocol/queries.hpp"

// What operations take in their query, and the few bodies that are not the domain's own.
namespace callboard::http {

BOOST_DEFINE_ENUM_CLASS(sort_order, desc, asc)

/// Which part of a list. The members of every list's query.
struct page_query {
  int limit = 20;
  std::optional<std::string> cursor;
  std::optional<std::int64_t> offset;
};
BOOST_DESCRIBE_STRUCT(page_query, (), (limit, cursor, offset))

struct ticket_list_query : page_query {
  std::vector<ticket_status> status;
  std::vector<ticket_priority> priority;
  std::optional<std::string> category;
  std::optional<callboard::ai_status> ai_status;
  std::optional<user_id> assignee_id;
  std::optional<department_id> department;
  std::optional<user_id> created_by;
  std::optional<std::string> tag;
  std::optional<timestamp> created_after;
  std::optional<timestamp> created_before;
  std::optional<std::string> q;
  ticket_sort sort = ticket_sort::id;
  sort_order order = sort_order::desc;
};
BOOST_DESCRIBE_STRUCT(ticket_list_query, (page_query),
                      (status, priority, category, ai_status, assignee_id, department, created_by, tag, created_after,
                       created_before, q, sort, order))

struct user_list_query : page_query {
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(user_list_query, (page_query), (email))

struct job_list_query : page_query {
  std::optional<job_state> state;
};
BOOST_DESCRIBE_STRUCT(job_list_query, (page_query), (state))

/// How long a creation waits for its classification.
struct creation_query {
  std::optional<int> wait;
};
BOOST_DESCRIBE_STRUCT(creation_query, (), (wait))

/// For operations that need no body but tolerate an empty object.
struct no_body {};
BOOST_DESCRIBE_STRUCT(no_body, (), ())

struct ai_switch {
  bool enabled = true;
};
BOOST_DESCRIBE_STRUCT(ai_switch, (), (enabled))

} // namespace callboard::http

namespace callboard {

template <>
inline constexpr field_marks marks_of<&http::page_query::limit>{
  .minimum = 1, .maximum = 100, .help = "How many at most."};
template <>
inline constexpr field_marks marks_of<&http::page_query::cursor>{
  .length_min = 1,
  .length_max = 1024,
  .single_line = true,
  .help = "Continues a list: `next_cursor` of the page before, with the same filters and order."};
template <>
inline constexpr field_marks marks_of<&http::page_query::offset>{
  .minimum = 0, .maximum = 1'000'000, .help = "How many to skip; a cursor is quicker and misses nothing."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::status>{.items_max = 5, .help = "Any of these."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::priority>{.items_max = 4, .help = "Any of these."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::category>{
  .length_min = 1, .length_max = 50, .single_line = true};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::ai_status>{.help =
                                                                             "What became of AI's classification."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::tag>{
  .length_min = 1, .length_max = 50, .single_line = true, .help = "Tickets that have this tag."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::created_after>{.help = "Created later than this."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::created_before>{.help = "Created earlier than this."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::q>{
  .length_min = 1,
  .length_max = 200,
  .single_line = true,
  .help =
    "Full text in title, description and messages: words, \"phrases\", -without. May be a second behind, or more under load."};
template <>
inline constexpr field_marks marks_of<&http::ticket_list_query::sort>{
  .help = "What to sort by; `id` is the order of creation."};
template <>
inline constexpr field_marks marks_of<&http::user_list_query::email>{
  .length_min = 1, .length_max = 254, .single_line = true, .help = "Exactly this address, without regard to case."};
template <>
inline constexpr field_marks marks_of<&http::creation_query::wait>{
  .minimum = 0,
  .maximum = 30,
  .help = "Seconds to wait for the classification before answering; the same as `Prefer: wait`."};

} // namespace callboard
