#pragma once

#include <string_view>

// Every statement that changes the store but for the usual batch (batch_sql.hpp) and the taking of it (ownership.cpp).
// Where one changes several rows it finds them by their places, for the reason given there.
namespace callboard::postgres::sql {

// --- a transaction ---

inline constexpr std::string_view fence = R"sql(
  SELECT 1 FROM shard WHERE shard_id = 0 AND owner = $1 AND epoch = $2 FOR SHARE)sql";

inline constexpr std::string_view still_ours = "SELECT 1 FROM shard WHERE shard_id = 0 AND owner = $1 AND epoch = $2";

inline constexpr std::string_view read_frame = R"sql(
  SELECT coalesce((SELECT id FROM feed ORDER BY id DESC LIMIT 1), 0), id_ahead, id_behind, next_claim_token,
         pg_is_in_recovery()
  FROM callboard_meta)sql";

inline constexpr std::string_view save_skew = R"sql(
  UPDATE callboard_meta SET id_ahead = greatest(id_ahead, $1), id_behind = greatest(id_behind, $2))sql";

// What a command has left in the feed after a place.
inline constexpr std::string_view find_feed_id = R"sql(
  SELECT f.id FROM feed f JOIN ticket_event e ON e.ticket_id = f.subject_id AND e.version = f.version
  WHERE f.id > $3 AND f.source = 'ticket' AND e.ticket_id = $1 AND e.command_id = $2 ORDER BY f.id DESC LIMIT 1)sql";

// Those that have the name of this one.
inline constexpr std::string_view end_other_sessions = R"sql(
  SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
  WHERE application_name = current_setting('application_name') AND datname = current_database()
    AND pid <> pg_backend_pid())sql";

inline constexpr std::string_view find_other_session = R"sql(
  SELECT FROM pg_stat_activity
  WHERE application_name = current_setting('application_name') AND datname = current_database()
    AND pid <> pg_backend_pid())sql";

inline constexpr std::string_view insert_feed = R"sql(
  INSERT INTO feed (id, time, source, subject_id, version) VALUES ($1, at_micros($2), $3, $4, $5))sql";

// --- replies kept under a key ---

inline constexpr std::string_view insert_reply = R"sql(
  INSERT INTO idem (principal, key, request_hash, created_at, status, problem, etag, location, retry_after_s, body)
  VALUES ($1, $2, $3, at_micros($4), $5, $6, $7, $8, $9, $10))sql";

// --- jobs ---

// A job that has ended and is wanted again runs again: the text was changed back to what it had been before, so its
// old result is gone from the ticket. One that waits or runs is the one that is wanted.
inline constexpr std::string_view insert_job = R"sql(
  INSERT INTO job (id, kind, subject_id, input_hash, prompt_version, state, run_at, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, 'available', at_micros($6), at_micros($6), at_micros($6))
  ON CONFLICT (subject_id, kind, input_hash, prompt_version) DO UPDATE
  SET state = 'available', attempt = 0, crash_count = 0, claimed_until = NULL, last_error = NULL,
      run_at = excluded.run_at, updated_at = excluded.updated_at
  WHERE job.state IN ('done', 'dead', 'cancelled'))sql";

inline constexpr std::string_view find_running_job = R"sql(
  SELECT attempt FROM job WHERE id = $1 AND claim_token = $2 AND state = 'running')sql";

inline constexpr std::string_view update_job = R"sql(
  UPDATE job SET state = $2, attempt = $3, run_at = at_micros($4), last_error = $5, claimed_until = NULL,
                 updated_at = at_micros($6)
  WHERE id = $1)sql";

inline constexpr std::string_view replay_job = R"sql(
  UPDATE job SET state = 'available', attempt = 0, crash_count = 0, claimed_until = NULL, last_error = NULL,
                 run_at = at_micros($2), updated_at = at_micros($2)
  WHERE id = $1 AND state IN ('dead', 'cancelled'))sql";

// What a claim takes, in one statement. Each kind is read by its own index, in the order in which jobs are due. Of suspects (2
// crashes) one runs at a time, and its turn comes when the one before it has ended; they have an index of their own, so that
// however many there are keep nobody else waiting. Nothing is locked or written when nothing is
// due. One row at least, which tells how many jobs there should be (none of them comes when the fence does not hold) and
// when the next one is due.
inline constexpr std::string_view claim_jobs = R"sql(
  WITH due AS MATERIALIZED (
    SELECT j.*, row_number() OVER (PARTITION BY j.crash_count = 2 ORDER BY j.run_at, j.id) AS turn
    FROM unnest($3::text[]) AS k (kind), LATERAL (
      (SELECT ctid AS place, id, kind, subject_id, input_hash, prompt_version, attempt, crash_count, run_at FROM job AS o
       WHERE o.kind = k.kind AND o.run_at <= at_micros($4) AND o.state IN ('available', 'parked') AND o.crash_count <> 2
       ORDER BY o.run_at, o.id LIMIT $5)
      UNION ALL
      (SELECT ctid, id, kind, subject_id, input_hash, prompt_version, attempt, crash_count, run_at FROM job AS o
       WHERE o.kind = k.kind AND o.run_at <= at_micros($4) AND o.state IN ('available', 'parked') AND o.crash_count = 2
       ORDER BY o.run_at, o.id LIMIT 1)) AS j
  ),
  fit AS MATERIALIZED (
    SELECT d.*, row_number() OVER (ORDER BY d.run_at, d.id) AS nth FROM due AS d
    WHERE d.crash_count <> 2
          OR (d.turn = 1 AND NOT EXISTS (SELECT FROM job AS r WHERE r.state = 'running' AND r.crash_count = 2 OFFSET 0))
    ORDER BY d.run_at, d.id LIMIT $5
  ),
  fence AS MATERIALIZED (
    SELECT FROM shard AS s
    WHERE s.shard_id = 0 AND s.owner = $1 AND s.epoch = $2 AND EXISTS (SELECT FROM fit) FOR SHARE OF s
  ),
  token AS (
    UPDATE callboard_meta SET next_claim_token = next_claim_token + (SELECT count(*) FROM fit) FROM fence
    RETURNING next_claim_token - (SELECT count(*) FROM fit) AS first
  ),
  taken AS (
    UPDATE job AS j
    SET state = 'running', attempt = j.attempt + 1, claim_token = t.first + f.nth - 1, claimed_until = at_micros($6),
        updated_at = at_micros($4)
    FROM token AS t, fit AS f WHERE j.ctid = f.place
    RETURNING f.nth, j.id, j.kind, j.subject_id, j.input_hash, j.prompt_version, j.attempt, j.crash_count, j.claim_token
  )
  SELECT (SELECT count(*) FROM fit),
         (SELECT micros(min(n.run_at))
          FROM unnest($3::text[]) AS k (kind),
               LATERAL (SELECT o.run_at FROM job AS o
                        WHERE o.kind = k.kind AND o.state IN ('available', 'parked') AND o.crash_count <> 2
                              AND o.id <> ALL (ARRAY(SELECT id FROM fit))
                        ORDER BY o.run_at LIMIT 1) AS n),
         j.id, j.kind, j.subject_id, j.input_hash, j.prompt_version, j.attempt, j.crash_count, j.claim_token
  FROM (SELECT) AS always LEFT JOIN taken AS j ON true ORDER BY j.nth)sql";

// Of a claim whose answer was lost: nobody runs these, so no attempt is counted.
inline constexpr std::string_view unclaim_jobs = R"sql(
  WITH fence AS MATERIALIZED (SELECT FROM shard WHERE shard_id = 0 AND owner = $1 AND epoch = $2 FOR SHARE)
  UPDATE job SET state = 'available', attempt = attempt - 1, claimed_until = NULL
  FROM fence
  WHERE ctid = ANY (ARRAY(SELECT ctid FROM job WHERE state = 'running' AND claim_token >= $3)))sql";

inline constexpr std::string_view release_expired_jobs = R"sql(
  UPDATE job
  SET state = CASE WHEN crash_count + 1 >= $2 THEN 'dead' ELSE 'available' END,
      last_error = CASE WHEN crash_count + 1 >= $2 THEN 'poison' END,
      crash_count = crash_count + 1, run_at = at_micros($1), claimed_until = NULL, updated_at = at_micros($1)
  WHERE ctid = ANY (ARRAY(SELECT ctid FROM job WHERE state = 'running' AND claimed_until < at_micros($1) LIMIT $3)))sql";

inline constexpr std::string_view release_running_jobs = R"sql(
  UPDATE job
  SET state = CASE WHEN crash_count + 1 >= $2 THEN 'dead' ELSE 'available' END,
      last_error = CASE WHEN crash_count + 1 >= $2 THEN 'poison' END,
      crash_count = crash_count + 1, run_at = at_micros($1), claimed_until = NULL, updated_at = at_micros($1)
  WHERE state = 'running')sql";

// --- the directory ---

inline constexpr std::string_view find_user_version = "SELECT version FROM desk_user WHERE id = $1";
inline constexpr std::string_view find_email_holder = R"sql(
  SELECT 1 FROM desk_user WHERE email_key = $1 AND NOT deleted AND id <> $2)sql";

inline constexpr std::string_view save_user = R"sql(
  INSERT INTO desk_user (id, version, deleted, name, email, email_key, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, at_micros($7), at_micros($8))
  ON CONFLICT (id) DO UPDATE
  SET version = excluded.version, deleted = excluded.deleted, name = excluded.name, email = excluded.email,
      email_key = excluded.email_key, updated_at = excluded.updated_at)sql";

inline constexpr std::string_view user_is_there = "SELECT 1 FROM desk_user WHERE id = $1 AND NOT deleted";
inline constexpr std::string_view departments_of_user = R"sql(
  SELECT d.id, d.name, d.version, micros(d.created_at)
  FROM membership m JOIN department d ON d.id = m.department_id WHERE m.user_id = $1 ORDER BY d.id)sql";

inline constexpr std::string_view list_history = "SELECT version, data FROM directory_event WHERE subject_id = $1";
inline constexpr std::string_view rewrite_history = R"sql(
  UPDATE directory_event SET data = $3 WHERE subject_id = $1 AND version = $2)sql";

inline constexpr std::string_view find_department_version = "SELECT version FROM department WHERE id = $1";
inline constexpr std::string_view find_name_holder = R"sql(
  SELECT 1 FROM department WHERE name_key = $1 AND NOT deleted AND id <> $2)sql";
inline constexpr std::string_view find_ticket_of_department = R"sql(
  SELECT 1 FROM ticket WHERE department_id = $1 AND NOT deleted LIMIT 1)sql";

inline constexpr std::string_view save_department = R"sql(
  INSERT INTO department (id, version, deleted, name, name_key, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, at_micros($6), at_micros($7))
  ON CONFLICT (id) DO UPDATE
  SET version = excluded.version, deleted = excluded.deleted, name = excluded.name, name_key = excluded.name_key,
      updated_at = excluded.updated_at)sql";

inline constexpr std::string_view list_members = R"sql(
  SELECT user_id, position FROM membership WHERE department_id = $1 ORDER BY position)sql";
inline constexpr std::string_view delete_members = "DELETE FROM membership WHERE department_id = $1";
inline constexpr std::string_view insert_members = R"sql(
  INSERT INTO membership (department_id, position, user_id)
  SELECT $1, $2 + m.place, m.user_id FROM unnest($3::uuid[]) WITH ORDINALITY AS m (user_id, place))sql";

inline constexpr std::string_view find_directory_command = R"sql(
  SELECT 1 FROM directory_event WHERE subject_id = $1 AND command_id = $2)sql";

inline constexpr std::string_view insert_directory_event = R"sql(
  INSERT INTO directory_event (id, subject_id, version, command_id, time, actor_type, actor_id, request_id, type, schema,
                               data)
  VALUES ($1, $2, $3, $4, at_micros($5), $6, $7, $8, $9, $10, $11))sql";

// --- numbers, search, tidying ---

inline constexpr std::string_view take_numbers = R"sql(
  UPDATE callboard_meta SET next_number = next_number + $1 RETURNING next_number)sql";

inline constexpr std::string_view save_search_entries = R"sql(
  INSERT INTO ticket_search (ticket_id, language, words)
  SELECT t.id, t.language, search_words(t.language, e.title, e.body)
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS e (id, title, body),
       LATERAL (SELECT id, language FROM ticket WHERE ticket.id = e.id OFFSET 0) t
  ON CONFLICT (ticket_id) DO UPDATE SET language = excluded.language, words = excluded.words)sql";

// The words are all made before the fence is locked: from there on the transaction has a number, and what is committed
// beside it is not told by the feed until it ends. The row that the writer needs too is changed last, which has to be said: the
// server does parts that nothing asks for in an order of its own. A fence that does not hold gives 0.
inline constexpr std::string_view write_index = R"sql(
  WITH entry AS MATERIALIZED (
    SELECT t.id, t.language, search_words(t.language, e.title, e.body) AS words
    FROM unnest($3::uuid[], $4::text[], $5::text[]) AS e (id, title, body),
         LATERAL (SELECT id, language FROM ticket WHERE ticket.id = e.id OFFSET 0) t
  ),
  made AS MATERIALIZED (SELECT count(*) AS n FROM entry),
  fence AS MATERIALIZED (
    SELECT FROM made, shard s WHERE made.n >= 0 AND s.shard_id = 0 AND s.owner = $1 AND s.epoch = $2 FOR SHARE OF s
  ),
  save AS (
    INSERT INTO ticket_search (ticket_id, language, words) SELECT id, language, words FROM fence, entry
    ON CONFLICT (ticket_id) DO UPDATE SET language = excluded.language, words = excluded.words
    RETURNING 1
  ),
  remove AS (
    DELETE FROM ticket_search s
    USING fence, unnest($6::uuid[]) AS r (id),
          LATERAL (SELECT o.ctid AS place FROM ticket_search o WHERE o.ticket_id = r.id OFFSET 0) p
    WHERE s.ctid = p.place
  ),
  note AS (
    UPDATE callboard_meta SET search_feed_id = $7 FROM fence WHERE search_feed_id < $7 AND (SELECT count(*) FROM save) >= 0
  )
  SELECT count(*) FROM fence)sql";

inline constexpr std::string_view purge_replies = R"sql(
  DELETE FROM idem
  WHERE ctid = ANY (ARRAY(SELECT ctid FROM idem WHERE created_at < at_micros($1) ORDER BY created_at LIMIT $2)))sql";

// The floor stops at the first row that is young, that search has not read or that is the newest of all. It says how
// far it went.
inline constexpr std::string_view raise_feed_floor = R"sql(
  WITH next AS MATERIALIZED (
    SELECT id, time FROM feed WHERE id >= (SELECT feed_floor FROM callboard_meta) ORDER BY id LIMIT $2
  ),
  floor AS MATERIALIZED (
    SELECT coalesce(min(id) FILTER (WHERE time >= at_micros($1) OR id > (SELECT search_feed_id FROM callboard_meta)
                                          OR id >= $3), max(id) + 1) AS id
    FROM next
  ),
  old AS MATERIALIZED (SELECT feed_floor FROM callboard_meta)
  UPDATE callboard_meta m SET feed_floor = f.id FROM floor f, old o WHERE f.id > m.feed_floor
  RETURNING f.id - o.feed_floor)sql";

inline constexpr std::string_view make_feed_days = "SELECT make_feed_days(2)";
inline constexpr std::string_view drop_feed_days = "SELECT drop_feed_days()";
inline constexpr std::string_view clear_feed_rest = R"sql(
  DELETE FROM feed_rest WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM feed_rest WHERE id < (SELECT feed_floor FROM callboard_meta) ORDER BY id LIMIT $1)))sql";
inline constexpr std::string_view wait_little = "SELECT set_config('lock_timeout', '200ms', true)";

inline constexpr std::string_view fold_counts = R"sql(
  WITH old AS (DELETE FROM ticket_count WHERE (SELECT count(*) FROM ticket_count) > 64 RETURNING status, n)
  INSERT INTO ticket_count (status, n) SELECT status, sum(n) FROM old GROUP BY status HAVING sum(n) <> 0)sql";

} // namespace callboard::postgres::sql
