#pragma once

#include "persistence/copy/copied_tables.hpp"

#include <string_view>

// The statements of a copy into this engine. Those that read have the columns in the order of `copied_tables.hpp`, with
// times as microseconds.
namespace callboard::postgres::sql {

struct copy_statements {
  copied_table table;
  std::string_view name; ///< of the table that COPY fills; none where another statement does
  std::string_view read;
};

inline constexpr std::array<copy_statements, copied_table_count> copying{{
  {copied_table::user, "desk_user", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT id, version, deleted, name, email, email_key, micros(created_at), micros(updated_at) FROM desk_user)sql"},
  {copied_table::department, "department", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT id, version, deleted, name, name_key, micros(created_at), micros(updated_at) FROM department)sql"},
  {copied_table::membership, "membership", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR SELECT department_id, position, user_id FROM membership)sql"},
  {copied_table::directory_event, "directory_event", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT subject_id, version, id, command_id, micros(time), actor_type, actor_id, request_id, type, schema, data
  FROM directory_event)sql"},
  {copied_table::ticket, "ticket", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT id, number, version, deleted, status, priority_rank, category, ai_status, assignee_id, department_id,
         created_by, claimed_by, micros(created_at), micros(updated_at), micros(resolved_at), micros(closed_at),
         array_to_json(tags), language, view_schema, memory, view
  FROM ticket)sql"},
  {copied_table::ticket_tag, "ticket_tag", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR SELECT tag, ticket_id FROM ticket_tag)sql"},
  {copied_table::ticket_count, "ticket_count", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT status, sum(n)::bigint FROM ticket_count GROUP BY status HAVING sum(n) <> 0)sql"},
  {copied_table::ticket_event, "ticket_event", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT ticket_id, version, id, command_id, nth, micros(time), actor_type, actor_id, request_id, type, schema, context,
         context_before, data
  FROM ticket_event)sql"},
  {copied_table::feed, "feed", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR SELECT id, micros(time), source, subject_id, version FROM feed)sql"},
  {copied_table::job, "job", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT id, kind, subject_id, input_hash, prompt_version, state, attempt, crash_count, claim_token,
         micros(claimed_until), micros(run_at), last_error, micros(created_at), micros(updated_at)
  FROM job)sql"},
  {copied_table::idem, "idem", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT principal, key, request_hash, micros(created_at), status, problem, etag, location, retry_after_s, body
  FROM idem)sql"},
  {copied_table::meta, "", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR
  SELECT micros(created_at), cursor_key, feed_epoch, feed_floor, search_feed_id, next_number, next_claim_token, id_ahead,
         id_behind
  FROM callboard_meta)sql"},
  {copied_table::search_text, "", ""},
  {copied_table::ticket_search, "", R"sql(
  DECLARE stored NO SCROLL CURSOR FOR SELECT ticket_id, language FROM ticket_search)sql"},
}};

// A thousand rows would be a gigabyte where each has the longest text that there may be.
inline constexpr std::string_view fetch_stored = "FETCH 250 FROM stored";

inline constexpr std::string_view save_meta = R"sql(
  UPDATE callboard_meta
  SET created_at = at_micros($1), cursor_key = decode($2, 'hex'), feed_epoch = $3, feed_floor = $4, search_feed_id = $5,
      next_number = $6, next_claim_token = $7, id_ahead = $8, id_behind = $9)sql";

// Of batches that a crash of the server takes, their mark goes too, so the copy goes on before them. Nobody waits for the
// disk until the copy is complete; that commit carries all others with it.
inline constexpr std::string_view commit_at_ease = "SELECT set_config('synchronous_commit', 'off', false)";
inline constexpr std::string_view commit_durably = "SELECT set_config('synchronous_commit', 'on', true)";

inline constexpr std::string_view find_copy = R"sql(
  SELECT source, source_store, source_reign, completed_at IS NOT NULL FROM store_copy)sql";
inline constexpr std::string_view note_copy = R"sql(
  INSERT INTO store_copy (source, source_store, source_reign) VALUES ($1, $2, $3)
  ON CONFLICT (only_row) DO UPDATE
  SET source = excluded.source, source_store = excluded.source_store, source_reign = excluded.source_reign,
      started_at = excluded.started_at)sql";
// What follows from the tickets; it is not copied.
inline constexpr std::string_view forget_changes = "TRUNCATE ticket_change";
inline constexpr std::string_view note_changes = R"sql(
  INSERT INTO ticket_change (ticket_id, updated_at, priority_rank, status)
  SELECT id, updated_at, priority_rank, status FROM ticket WHERE NOT deleted)sql";
inline constexpr std::string_view complete_copy = "UPDATE store_copy SET completed_at = clock_timestamp()";

inline constexpr std::string_view find_copied = "SELECT copied FROM store_copy_table WHERE name = $1";
inline constexpr std::string_view note_copied = R"sql(
  INSERT INTO store_copy_table (name, copied) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET copied = excluded.copied)sql";

inline constexpr std::string_view is_empty = R"sql(
  SELECT NOT (EXISTS (SELECT FROM ticket) OR EXISTS (SELECT FROM ticket_event) OR EXISTS (SELECT FROM feed)
              OR EXISTS (SELECT FROM job) OR EXISTS (SELECT FROM idem) OR EXISTS (SELECT FROM desk_user)
              OR EXISTS (SELECT FROM department) OR EXISTS (SELECT FROM directory_event)))sql";
inline constexpr std::string_view remove_all = R"sql(
  TRUNCATE desk_user, department, membership, directory_event, ticket, ticket_change, ticket_tag, ticket_count, ticket_event,
           feed, job, idem, ticket_search, store_copy_table)sql";

inline constexpr std::string_view read_feed_epoch = "SELECT feed_epoch FROM callboard_meta";

// What the planner knows of tables that were empty a minute ago; the server's own look may be long in coming.
inline constexpr std::string_view look_at_tables = R"sql(
  ANALYZE desk_user, department, membership, directory_event, ticket, ticket_change, ticket_tag, ticket_count, ticket_event,
          feed, job, idem, ticket_search)sql";

} // namespace callboard::postgres::sql
