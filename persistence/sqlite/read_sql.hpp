#pragma once

#include <string_view>

// Every question with a fixed text. Lists of tickets are in ticket_list.cpp.
namespace callboard::sqlite::sql {

// --- tickets ---

inline constexpr std::string_view load_by_id = R"sql(
  SELECT id, view, memory, created_at, updated_at, resolved_at, closed_at FROM ticket WHERE id = ?)sql";
inline constexpr std::string_view load_by_number = R"sql(
  SELECT id, view, memory, created_at, updated_at, resolved_at, closed_at FROM ticket WHERE number = ?)sql";
inline constexpr std::string_view events_of_command = R"sql(
  SELECT id, version, time FROM ticket_event WHERE ticket_id = ? AND command_id = ? ORDER BY nth)sql";
inline constexpr std::string_view ticket_is_there = "SELECT 1 FROM ticket WHERE id = ? AND deleted = 0";
inline constexpr std::string_view read_skew = "SELECT id_ahead, id_behind FROM meta";

inline constexpr std::string_view list_messages = R"sql(
  SELECT version, id, time, data FROM ticket_event
  WHERE ticket_id = ? AND version > ? AND type = 'message.added' ORDER BY version)sql";

inline constexpr std::string_view list_events = R"sql(
  SELECT version, id, type, time, actor_type, actor_id, data FROM ticket_event
  WHERE ticket_id = ? AND version > ? ORDER BY version)sql";

inline constexpr std::string_view list_tickets_of_user = R"sql(
  SELECT id FROM ticket WHERE created_by = ?1 AND id > ?2 AND deleted = 0
  UNION SELECT id FROM ticket WHERE assignee_id = ?1 AND id > ?2 AND deleted = 0
  UNION SELECT id FROM ticket WHERE claimed_by = ?1 AND id > ?2 AND deleted = 0
  ORDER BY 1 LIMIT ?3)sql";

inline constexpr std::string_view find_ticket_text = R"sql(
  SELECT deleted, view ->> '$.title', view ->> '$.description' FROM ticket WHERE id = ?)sql";
inline constexpr std::string_view list_message_bodies = R"sql(
  SELECT data ->> '$.body' FROM ticket_event WHERE ticket_id = ? AND type = 'message.added' ORDER BY version DESC)sql";

// --- the directory ---

inline constexpr std::string_view find_user = R"sql(
  SELECT id, name, email, deleted, version, created_at, updated_at FROM user WHERE id = ?)sql";
inline constexpr std::string_view find_user_by_name = R"sql(
  SELECT id, name, email, deleted, version, created_at, updated_at FROM user
  WHERE name = ? AND deleted = 0 ORDER BY id LIMIT 1)sql";
inline constexpr std::string_view list_users = R"sql(
  SELECT id, name, email, deleted, version, created_at, updated_at FROM user
  WHERE deleted = 0 AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?)sql";
inline constexpr std::string_view find_user_by_email = R"sql(
  SELECT id, name, email, deleted, version, created_at, updated_at FROM user
  WHERE deleted = 0 AND email_key = ? AND id < ? LIMIT ? OFFSET ?)sql";

inline constexpr std::string_view find_department = R"sql(
  SELECT id, name, deleted, version, created_at, updated_at FROM department WHERE id = ?)sql";
inline constexpr std::string_view list_departments = R"sql(
  SELECT id, name, deleted, version, created_at, updated_at FROM department
  WHERE deleted = 0 AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?)sql";
inline constexpr std::string_view list_members_of = R"sql(
  SELECT user_id FROM membership WHERE department_id = ? ORDER BY position)sql";

// --- the feed ---

// An event has the feed's id as its own key, so both joins are one step. What may bring a ticket into somebody's view
// carries the whole of it: the row as it is now, which is this version or a later one.
inline constexpr std::string_view read_feed = R"sql(
  SELECT f.id, f.source, f.subject_id, f.version, f.time,
         coalesce(t.id, d.id), coalesce(t.type, d.type), coalesce(t.actor_type, d.actor_type),
         coalesce(t.actor_id, d.actor_id), coalesce(t.data, d.data), t.context, t.context_before,
         CASE WHEN t.context_before IS NOT NULL
              THEN (SELECT view FROM ticket WHERE id = t.ticket_id AND deleted = 0) END
  FROM feed AS f LEFT JOIN ticket_event AS t ON t.seq = f.id LEFT JOIN directory_event AS d ON d.seq = f.id
  WHERE f.id > ? ORDER BY f.id LIMIT ?)sql";
// Whether the words of a ticket may have changed. AI's answer says none of them.
inline constexpr std::string_view read_text_changes = R"sql(
  SELECT f.id, f.time, f.subject_id,
         t.type IS NOT NULL AND t.type IN ('ticket.created', 'ticket.changed', 'ticket.deleted', 'message.added')
  FROM feed AS f LEFT JOIN ticket_event AS t ON t.seq = f.id WHERE f.id > ? ORDER BY f.id LIMIT ?)sql";
inline constexpr std::string_view feed_ends = R"sql(
  SELECT coalesce((SELECT max(id) FROM feed), 0), coalesce((SELECT min(id) FROM feed), 0))sql";

// --- jobs, counts, identity ---

inline constexpr std::string_view list_jobs = R"sql(
  SELECT id, kind, subject_id, state, attempt, crash_count, run_at, claimed_until, last_error, created_at, updated_at
  FROM job WHERE id < ? ORDER BY id DESC LIMIT ? OFFSET ?)sql";
inline constexpr std::string_view list_jobs_in_state = R"sql(
  SELECT id, kind, subject_id, state, attempt, crash_count, run_at, claimed_until, last_error, created_at, updated_at
  FROM job WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?)sql";

inline constexpr std::string_view count_tickets = R"sql(
  SELECT status, count(*) FROM ticket WHERE deleted = 0 GROUP BY status)sql";
inline constexpr std::string_view count_jobs = R"sql(
  SELECT state, count(*) FROM job WHERE state IN ('available', 'running', 'parked', 'dead') GROUP BY state)sql";
inline constexpr std::string_view count_users = "SELECT count(*) FROM user WHERE deleted = 0";
inline constexpr std::string_view count_departments = "SELECT count(*) FROM department WHERE deleted = 0";

inline constexpr std::string_view read_identity = "SELECT cursor_key, feed_epoch, search_feed_id FROM meta";

} // namespace callboard::sqlite::sql
