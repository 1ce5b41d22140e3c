#pragma once

#include "persistence/copy/copied_tables.hpp"

#include <string_view>

// The statements that read a whole store for a copy, one for each of `copied_tables.hpp`, with the columns in its order.
namespace callboard::sqlite::sql {

struct copy_statements {
  copied_table table;
  std::string_view count;
  std::string_view read; ///< `?`: how many rows are left out at the beginning
};

inline constexpr std::array<copy_statements, copied_table_count> copying{{
  {copied_table::user, "SELECT count(*) FROM user", R"sql(
  SELECT id, version, deleted, name, email, email_key, created_at, updated_at FROM user ORDER BY id
  LIMIT -1 OFFSET ?)sql"},
  {copied_table::department, "SELECT count(*) FROM department", R"sql(
  SELECT id, version, deleted, name, name_key, created_at, updated_at FROM department ORDER BY id
  LIMIT -1 OFFSET ?)sql"},
  {copied_table::membership, "SELECT count(*) FROM membership", R"sql(
  SELECT department_id, position, user_id FROM membership ORDER BY department_id, position LIMIT -1 OFFSET ?)sql"},
  {copied_table::directory_event, "SELECT count(*) FROM directory_event", R"sql(
  SELECT subject_id, version, id, command_id, time, actor_type, actor_id, request_id, type, schema, data
  FROM directory_event ORDER BY seq LIMIT -1 OFFSET ?)sql"},
  {copied_table::ticket, "SELECT count(*) FROM ticket", R"sql(
  SELECT id, number, version, deleted, status, priority_rank, category, ai_status, assignee_id, department_id,
         created_by, claimed_by, created_at, updated_at, resolved_at, closed_at, tags, view ->> '$.ai.language',
         view_schema, memory, view
  FROM ticket ORDER BY number LIMIT -1 OFFSET ?)sql"},
  {copied_table::ticket_tag, "SELECT count(*) FROM ticket_tag", R"sql(
  SELECT tag, ticket_id FROM ticket_tag ORDER BY tag, ticket_id LIMIT -1 OFFSET ?)sql"},
  {copied_table::ticket_count, "SELECT count(DISTINCT status) FROM ticket WHERE deleted = 0", R"sql(
  SELECT status, count(*) FROM ticket WHERE deleted = 0 GROUP BY status ORDER BY status LIMIT -1 OFFSET ?)sql"},
  {copied_table::ticket_event, "SELECT count(*) FROM ticket_event", R"sql(
  SELECT ticket_id, version, id, command_id, nth, time, actor_type, actor_id, request_id, type, schema, context,
         context_before, data
  FROM ticket_event ORDER BY seq LIMIT -1 OFFSET ?)sql"},
  {copied_table::feed, "SELECT count(*) FROM feed", R"sql(
  SELECT id, time, source, subject_id, version FROM feed ORDER BY id LIMIT -1 OFFSET ?)sql"},
  {copied_table::job, "SELECT count(*) FROM job", R"sql(
  SELECT id, kind, subject_id, input_hash, prompt_version, state, attempt, crash_count, claim_token, claimed_until,
         run_at, last_error, created_at, updated_at
  FROM job ORDER BY id LIMIT -1 OFFSET ?)sql"},
  {copied_table::idem, "SELECT count(*) FROM idem", R"sql(
  SELECT principal, key, request_hash, created_at, status, problem, etag, location, retry_after_s, body
  FROM idem ORDER BY seq LIMIT -1 OFFSET ?)sql"},
  {copied_table::meta, "SELECT count(*) FROM meta", R"sql(
  SELECT created_at, cursor_key, feed_epoch, coalesce((SELECT min(id) FROM feed), 1), search_feed_id, next_number,
         next_claim_token, id_ahead, id_behind
  FROM meta LIMIT -1 OFFSET ?)sql"},
  {copied_table::search_text, "SELECT count(*) FROM ticket_search", R"sql(
  SELECT t.id, s.title, s.text FROM ticket_search AS s CROSS JOIN ticket AS t ON t.number = s.rowid ORDER BY s.rowid
  LIMIT -1 OFFSET ?)sql"},
  {copied_table::ticket_search, "SELECT count(*) FROM ticket_search", R"sql(
  SELECT t.id, t.view ->> '$.ai.language' FROM ticket_search AS s CROSS JOIN ticket AS t ON t.number = s.rowid
  ORDER BY s.rowid LIMIT -1 OFFSET ?)sql"},
}};

inline constexpr std::string_view read_stamp = "SELECT cursor_key, epoch FROM meta";
inline constexpr std::string_view end_cursors = R"sql(
  UPDATE meta SET feed_epoch = max(feed_epoch + 1, ?2) WHERE feed_epoch = ?1)sql";

} // namespace callboard::sqlite::sql
