#pragma once

#include <string_view>

// Every statement that changes the store. Parameters are bound by position, in the order of the `?`.
namespace callboard::sqlite::sql {

// --- a batch ---

inline constexpr std::string_view read_frame = R"sql(
  SELECT epoch, id_ahead, id_behind, (SELECT max(id) FROM feed) FROM meta)sql";

inline constexpr std::string_view save_skew = "UPDATE meta SET id_ahead = ?, id_behind = ?";

// --- tickets ---

inline constexpr std::string_view insert_ticket = R"sql(
  INSERT INTO ticket (number, id, version, deleted, status, priority_rank, category, ai_status, assignee_id,
                      department_id, created_by, claimed_by, created_at, updated_at, resolved_at, closed_at, tags,
                      view_schema, memory, view)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING)sql";

inline constexpr std::string_view find_ticket = R"sql(
  SELECT number, version, deleted, status, priority_rank, category, ai_status, assignee_id, department_id, created_by,
         claimed_by, tags
  FROM ticket WHERE id = ?)sql";

// SQLite rewrites the entries of every index whose columns are set, changed or not: so there is a statement for what
// leaves all filters as they are, one for what AI changes, and one for the rest.
inline constexpr std::string_view update_ticket_text = R"sql(
  UPDATE ticket SET version = ?, updated_at = ?, resolved_at = ?, closed_at = ?, view_schema = ?, memory = ?, view = ?
  WHERE number = ? AND version = ?)sql";

inline constexpr std::string_view update_ticket_advice = R"sql(
  UPDATE ticket SET priority_rank = ?, category = ?, ai_status = ?,
                    version = ?, updated_at = ?, resolved_at = ?, closed_at = ?, view_schema = ?, memory = ?, view = ?
  WHERE number = ? AND version = ?)sql";

inline constexpr std::string_view update_ticket = R"sql(
  UPDATE ticket SET deleted = ?, status = ?, assignee_id = ?, department_id = ?, created_by = ?, claimed_by = ?,
                    tags = ?, priority_rank = ?, category = ?, ai_status = ?,
                    version = ?, updated_at = ?, resolved_at = ?, closed_at = ?, view_schema = ?, memory = ?, view = ?
  WHERE number = ? AND version = ?)sql";

inline constexpr std::string_view insert_tag = R"sql(
  INSERT INTO ticket_tag (tag, ticket_id, number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING)sql";

inline constexpr std::string_view delete_tags = R"sql(
  DELETE FROM ticket_tag WHERE tag IN (SELECT value FROM json_each(?)) AND ticket_id = ?)sql";

inline constexpr std::string_view find_ticket_command = R"sql(
  SELECT 1 FROM ticket_event WHERE ticket_id = ? AND command_id = ?)sql";

inline constexpr std::string_view insert_ticket_event = R"sql(
  INSERT INTO ticket_event (seq, id, ticket_id, version, command_id, nth, time, actor_type, actor_id, request_id, type,
                            schema, context, context_before, data)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

inline constexpr std::string_view insert_feed = R"sql(
  INSERT INTO feed (id, time, source, subject_id, version) VALUES (?, ?, ?, ?, ?))sql";

// --- replies kept under a key ---

inline constexpr std::string_view find_reply = R"sql(
  SELECT key, request_hash, status, problem, etag, location, retry_after_s, body
  FROM idem WHERE principal = ? AND key = ?)sql";

inline constexpr std::string_view insert_reply = R"sql(
  INSERT INTO idem (principal, key, request_hash, created_at, status, problem, etag, location, retry_after_s, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

// --- jobs ---

// A job that has ended and is wanted again runs again: the text was changed back to what it had been before, so its
// old result is gone from the ticket. One that waits or runs is the one that is wanted.
inline constexpr std::string_view insert_job = R"sql(
  INSERT INTO job (id, kind, subject_id, input_hash, prompt_version, state, run_at, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, 'available', ?, ?, ?)
  ON CONFLICT (subject_id, kind, input_hash, prompt_version) DO UPDATE
  SET state = 'available', attempt = 0, crash_count = 0, claimed_until = NULL, last_error = NULL,
      run_at = excluded.run_at, updated_at = excluded.updated_at
  WHERE state IN ('done', 'dead', 'cancelled'))sql";

inline constexpr std::string_view find_running_job = R"sql(
  SELECT attempt FROM job WHERE id = ? AND claim_token = ? AND state = 'running')sql";

inline constexpr std::string_view end_job = R"sql(
  UPDATE job SET state = ?, last_error = ?, claimed_until = NULL, updated_at = ? WHERE id = ?)sql";

inline constexpr std::string_view update_job = R"sql(
  UPDATE job SET state = ?, attempt = ?, run_at = ?, last_error = ?, claimed_until = NULL, updated_at = ?
  WHERE id = ?)sql";

inline constexpr std::string_view list_live_jobs = R"sql(
  SELECT id, kind, input_hash, prompt_version FROM job
  WHERE subject_id = ? AND state IN ('available', 'running', 'parked'))sql";

inline constexpr std::string_view replay_job = R"sql(
  UPDATE job SET state = 'available', attempt = 0, crash_count = 0, claimed_until = NULL, last_error = NULL,
                 run_at = ?, updated_at = ?
  WHERE id = ? AND state IN ('dead', 'cancelled'))sql";

// Suspects (2 crashes) by themselves: one is enough, and however many there are keep nobody else waiting.
inline constexpr std::string_view list_due_jobs = R"sql(
  SELECT id, subject_id, input_hash, prompt_version, attempt, crash_count, run_at FROM job
  WHERE kind = ? AND run_at <= ? AND state IN ('available', 'parked') AND crash_count <> 2
  ORDER BY run_at, id LIMIT ?)sql";
inline constexpr std::string_view find_due_suspect = R"sql(
  SELECT id, subject_id, input_hash, prompt_version, attempt, crash_count, run_at FROM job
  WHERE kind = ? AND run_at <= ? AND state IN ('available', 'parked') AND crash_count = 2
  ORDER BY run_at, id LIMIT 1)sql";

inline constexpr std::string_view next_run_at = R"sql(
  SELECT run_at FROM job WHERE kind = ? AND state IN ('available', 'parked') AND crash_count <> ?
  ORDER BY run_at LIMIT 1)sql";

inline constexpr std::string_view find_running_suspect = R"sql(
  SELECT 1 FROM job WHERE state = 'running' AND crash_count = ? LIMIT 1)sql";

inline constexpr std::string_view claim_job = R"sql(
  UPDATE job SET state = 'running', attempt = ?, claim_token = ?, claimed_until = ?, updated_at = ? WHERE id = ?)sql";

inline constexpr std::string_view take_claim_tokens = R"sql(
  UPDATE meta SET next_claim_token = next_claim_token + ? RETURNING next_claim_token)sql";

inline constexpr std::string_view list_expired_jobs = R"sql(
  SELECT id, crash_count FROM job WHERE state = 'running' AND claimed_until < ? LIMIT ?)sql";

inline constexpr std::string_view release_job = R"sql(
  UPDATE job SET state = ?, crash_count = ?, last_error = ?, run_at = ?, claimed_until = NULL, updated_at = ?
  WHERE id = ?)sql";

// --- the directory ---

inline constexpr std::string_view find_user_version = "SELECT version FROM user WHERE id = ?";
inline constexpr std::string_view find_email_holder = R"sql(
  SELECT 1 FROM user WHERE email_key = ? AND deleted = 0 AND id <> ?)sql";

inline constexpr std::string_view save_user = R"sql(
  INSERT INTO user (id, version, deleted, name, email, email_key, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE
  SET version = excluded.version, deleted = excluded.deleted, name = excluded.name, email = excluded.email,
      email_key = excluded.email_key, updated_at = excluded.updated_at)sql";

inline constexpr std::string_view user_is_there = "SELECT 1 FROM user WHERE id = ? AND deleted = 0";
inline constexpr std::string_view department_is_there = "SELECT 1 FROM department WHERE id = ? AND deleted = 0";
inline constexpr std::string_view departments_of_user = R"sql(
  SELECT d.id, d.name, d.version, d.created_at FROM membership m JOIN department d ON d.id = m.department_id
  WHERE m.user_id = ? ORDER BY d.id)sql";

// A tombstone whose name can still be read in its history would be none.
inline constexpr std::string_view forget_user_in_history = R"sql(
  UPDATE directory_event SET data = json_set(data, '$.user.name', NULL, '$.user.email', NULL) WHERE subject_id = ?)sql";

inline constexpr std::string_view find_department_version = "SELECT version FROM department WHERE id = ?";
inline constexpr std::string_view find_name_holder = R"sql(
  SELECT 1 FROM department WHERE name_key = ? AND deleted = 0 AND id <> ?)sql";
inline constexpr std::string_view find_ticket_of_department = R"sql(
  SELECT 1 FROM ticket WHERE department_id = ? AND deleted = 0 LIMIT 1)sql";

inline constexpr std::string_view save_department = R"sql(
  INSERT INTO department (id, version, deleted, name, name_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE
  SET version = excluded.version, deleted = excluded.deleted, name = excluded.name, name_key = excluded.name_key,
      updated_at = excluded.updated_at)sql";

inline constexpr std::string_view list_members = R"sql(
  SELECT user_id, position FROM membership WHERE department_id = ? ORDER BY position)sql";
inline constexpr std::string_view delete_members = "DELETE FROM membership WHERE department_id = ?";
inline constexpr std::string_view insert_member = R"sql(
  INSERT INTO membership (department_id, position, user_id) VALUES (?, ?, ?))sql";

inline constexpr std::string_view find_directory_command = R"sql(
  SELECT 1 FROM directory_event WHERE subject_id = ? AND command_id = ?)sql";

inline constexpr std::string_view insert_directory_event = R"sql(
  INSERT INTO directory_event (seq, id, subject_id, version, command_id, time, actor_type, actor_id, request_id, type,
                               schema, data)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

// --- numbers, search, tidying ---

inline constexpr std::string_view take_numbers = R"sql(
  UPDATE meta SET next_number = next_number + ? RETURNING next_number)sql";

inline constexpr std::string_view find_ticket_number = "SELECT number FROM ticket WHERE id = ?";
inline constexpr std::string_view save_search_entry = R"sql(
  INSERT OR REPLACE INTO ticket_search (rowid, title, text) VALUES (?, ?, ?))sql";
inline constexpr std::string_view delete_search_entry = "DELETE FROM ticket_search WHERE rowid = ?";
inline constexpr std::string_view save_search_position = R"sql(
  UPDATE meta SET search_feed_id = max(search_feed_id, ?))sql";

inline constexpr std::string_view purge_replies = R"sql(
  DELETE FROM idem WHERE seq IN (SELECT seq FROM idem WHERE created_at < ? ORDER BY created_at LIMIT ?))sql";

// The newest row stays whatever its age: the next id follows it. What search has not read stays too.
inline constexpr std::string_view purge_feed = R"sql(
  DELETE FROM feed WHERE id IN (SELECT id FROM feed ORDER BY id LIMIT ?1) AND time < ?2
    AND id <= (SELECT search_feed_id FROM meta) AND id < (SELECT max(id) FROM feed))sql";

// --- taking the store ---

inline constexpr std::string_view raise_epoch = "UPDATE meta SET epoch = epoch + 1 RETURNING epoch";
inline constexpr std::string_view list_running_jobs = R"sql(
  SELECT id, crash_count FROM job WHERE state = 'running')sql";

} // namespace callboard::sqlite::sql
