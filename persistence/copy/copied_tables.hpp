#pragma once

#include "base/describe.hpp"

#include <array>
#include <span>
#include <string_view>

// What a store consists of, said once for all engines: the tables and columns that a copy takes along. Each engine has
// its own statements for them, which give the columns in this order.
namespace callboard {

enum class column_kind {
  number,
  text,
  flag,
  id,
  time,
  texts,
  bytes
};

struct copied_column {
  std::string_view name;
  column_kind kind;
};

/// In the order in which they are copied: a row comes after those it refers to. `search_text` is copied and not compared,
/// `ticket_search` is compared and not copied: one engine keeps the text, the other what it makes of it.
BOOST_DEFINE_ENUM_CLASS(copied_table, user, department, membership, directory_event, ticket, ticket_tag, ticket_count,
                        ticket_event, feed, job, idem, meta, search_text, ticket_search)
inline constexpr std::size_t copied_table_count = 14;

struct table_card {
  copied_table table;
  std::string_view name; ///< for people
  std::span<const copied_column> columns;
  std::size_t key_columns; ///< the first ones, which name a row
  bool is_copied = true;
  bool is_compared = true;
};

namespace copied {

using enum column_kind;

inline constexpr std::array user{copied_column{"id", id},           copied_column{"version", number},
                                 copied_column{"deleted", flag},    copied_column{"name", text},
                                 copied_column{"email", text},      copied_column{"email_key", text},
                                 copied_column{"created_at", time}, copied_column{"updated_at", time}};

inline constexpr std::array department{copied_column{"id", id},          copied_column{"version", number},
                                       copied_column{"deleted", flag},   copied_column{"name", text},
                                       copied_column{"name_key", text},  copied_column{"created_at", time},
                                       copied_column{"updated_at", time}};

inline constexpr std::array membership{copied_column{"department_id", id}, copied_column{"position", number},
                                       copied_column{"user_id", id}};

inline constexpr std::array directory_event{
  copied_column{"subject_id", id}, copied_column{"version", number},  copied_column{"id", id},
  copied_column{"command_id", id}, copied_column{"time", time},       copied_column{"actor_type", text},
  copied_column{"actor_id", text}, copied_column{"request_id", text}, copied_column{"type", text},
  copied_column{"schema", number}, copied_column{"data", text}};

inline constexpr std::array ticket{copied_column{"id", id},
                                   copied_column{"number", number},
                                   copied_column{"version", number},
                                   copied_column{"deleted", flag},
                                   copied_column{"status", text},
                                   copied_column{"priority_rank", number},
                                   copied_column{"category", text},
                                   copied_column{"ai_status", text},
                                   copied_column{"assignee_id", id},
                                   copied_column{"department_id", id},
                                   copied_column{"created_by", id},
                                   copied_column{"claimed_by", id},
                                   copied_column{"created_at", time},
                                   copied_column{"updated_at", time},
                                   copied_column{"resolved_at", time},
                                   copied_column{"closed_at", time},
                                   copied_column{"tags", texts},
                                   copied_column{"language", text},
                                   copied_column{"view_schema", number},
                                   copied_column{"memory", text},
                                   copied_column{"view", text}};

inline constexpr std::array ticket_tag{copied_column{"tag", text}, copied_column{"ticket_id", id}};

inline constexpr std::array ticket_count{copied_column{"status", text}, copied_column{"n", number}};

inline constexpr std::array ticket_event{
  copied_column{"ticket_id", id},        copied_column{"version", number}, copied_column{"id", id},
  copied_column{"command_id", id},       copied_column{"nth", number},     copied_column{"time", time},
  copied_column{"actor_type", text},     copied_column{"actor_id", text},  copied_column{"request_id", text},
  copied_column{"type", text},           copied_column{"schema", number},  copied_column{"context", text},
  copied_column{"context_before", text}, copied_column{"data", text}};

inline constexpr std::array feed{copied_column{"id", number}, copied_column{"time", time},
                                 copied_column{"source", text}, copied_column{"subject_id", id},
                                 copied_column{"version", number}};

inline constexpr std::array job{copied_column{"id", id},
                                copied_column{"kind", text},
                                copied_column{"subject_id", id},
                                copied_column{"input_hash", text},
                                copied_column{"prompt_version", text},
                                copied_column{"state", text},
                                copied_column{"attempt", number},
                                copied_column{"crash_count", number},
                                copied_column{"claim_token", number},
                                copied_column{"claimed_until", time},
                                copied_column{"run_at", time},
                                copied_column{"last_error", text},
                                copied_column{"created_at", time},
                                copied_column{"updated_at", time}};

inline constexpr std::array idem{
  copied_column{"principal", text},  copied_column{"key", text},      copied_column{"request_hash", text},
  copied_column{"created_at", time}, copied_column{"status", number}, copied_column{"problem", flag},
  copied_column{"etag", text},       copied_column{"location", text}, copied_column{"retry_after_s", number},
  copied_column{"body", text}};

// What a store knows of itself. Its epoch stays: it is the other store's own count of who has held it.
inline constexpr std::array meta{copied_column{"created_at", time},         copied_column{"cursor_key", bytes},
                                 copied_column{"feed_epoch", number},       copied_column{"feed_floor", number},
                                 copied_column{"search_feed_id", number},   copied_column{"next_number", number},
                                 copied_column{"next_claim_token", number}, copied_column{"id_ahead", number},
                                 copied_column{"id_behind", number}};

inline constexpr std::array search_text{copied_column{"ticket_id", id}, copied_column{"title", text},
                                        copied_column{"text", text}};

inline constexpr std::array ticket_search{copied_column{"ticket_id", id}, copied_column{"language", text}};

} // namespace copied

inline constexpr std::array<table_card, copied_table_count> all_copied_tables{{
  {copied_table::user, "users", copied::user, 1},
  {copied_table::department, "departments", copied::department, 1},
  {copied_table::membership, "members of departments", copied::membership, 2},
  {copied_table::directory_event, "history of the directory", copied::directory_event, 2},
  {copied_table::ticket, "tickets", copied::ticket, 1},
  {copied_table::ticket_tag, "tags", copied::ticket_tag, 2},
  {copied_table::ticket_count, "tickets by status", copied::ticket_count, 1},
  {copied_table::ticket_event, "history of the tickets", copied::ticket_event, 2},
  {copied_table::feed, "feed", copied::feed, 1},
  {copied_table::job, "jobs", copied::job, 1},
  {copied_table::idem, "kept replies", copied::idem, 2},
  {copied_table::meta, "counters and keys", copied::meta, 1},
  {copied_table::search_text, "texts to search", copied::search_text, 1, true, false},
  {copied_table::ticket_search, "search index", copied::ticket_search, 1, false, true},
}};

/// Whether each row stands at the place of its table, where it is looked for.
template <class Row>
constexpr bool is_by_table(const std::array<Row, copied_table_count>& rows) {
  for (std::size_t i = 0; i < copied_table_count; ++i)
    if (static_cast<std::size_t>(rows[i].table) != i)
      return false;
  return true;
}
static_assert(is_by_table(all_copied_tables));

inline const table_card& card_of(copied_table table) { return all_copied_tables.at(static_cast<std::size_t>(table)); }

} // namespace callboard
