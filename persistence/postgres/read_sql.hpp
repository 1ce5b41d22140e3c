#pragma once

#include <string_view>

// Every question with a fixed text, each one round trip and so of one moment. Lists of tickets are in ticket_list.cpp.
// Their plans are made once, perhaps while the store is empty (see connection.cpp). So a look at a ticket by its id does
// not say NOT deleted, which would let in every index over what is not deleted, and is a subquery that stays one
// (OFFSET 0); and a list's order begins with the column that is asked for, said as = ANY, so that one index has it.
namespace callboard::postgres::sql {

// --- tickets ---

// One row for each that is asked for, in order, by its id or (where that is null) its number; nulls when there is none.
// The columns of the command are null when there is none, or it has stored nothing.
inline constexpr std::string_view load_tickets = R"sql(
  SELECT t.view, t.memory, micros(t.created_at), micros(t.updated_at), micros(t.resolved_at), micros(t.closed_at),
         f.id, f.version, micros(f.time), l.version
  FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS q (id, number, command_id, place)
  LEFT JOIN LATERAL (SELECT * FROM ticket AS o
                     WHERE o.id = coalesce(q.id, (SELECT n.id FROM ticket AS n WHERE n.number = q.number)) OFFSET 0)
    AS t ON true
  LEFT JOIN LATERAL (SELECT id, version, time FROM ticket_event AS e
                     WHERE e.ticket_id = t.id AND e.command_id = q.command_id AND e.nth = 0 OFFSET 0) AS f ON true
  LEFT JOIN LATERAL (SELECT version FROM ticket_event AS e WHERE e.ticket_id = t.id AND e.command_id = q.command_id
                     ORDER BY e.nth DESC LIMIT 1) AS l ON f.id IS NOT NULL
  ORDER BY q.place)sql";

// No row: no such ticket. One row of nulls: nothing on this page. What messages say is never cast to json here (see the
// schema); their encoding begins with the kind.
inline constexpr std::string_view list_messages = R"sql(
  SELECT e.version, e.id, micros(e.time), e.data
  FROM (SELECT id, deleted FROM ticket WHERE id = $1 OFFSET 0) AS t
  LEFT JOIN LATERAL (SELECT version, id, time, data FROM ticket_event
                     WHERE ticket_id = t.id AND version > $2 AND type = 'message.added'
                       AND ($5 OR NOT starts_with(data, '{"kind":"note"'))
                     ORDER BY version LIMIT $3 OFFSET $4) AS e ON true
  WHERE NOT t.deleted ORDER BY e.version)sql";

inline constexpr std::string_view list_events = R"sql(
  SELECT e.version, e.id, e.type, micros(e.time), e.actor_type, e.actor_id, e.data
  FROM (SELECT id, deleted FROM ticket WHERE id = $1 OFFSET 0) AS t
  LEFT JOIN LATERAL (SELECT version, id, type, time, actor_type, actor_id, data FROM ticket_event
                     WHERE ticket_id = t.id AND version > $2 ORDER BY version LIMIT $3 OFFSET $4) AS e ON true
  WHERE NOT t.deleted ORDER BY e.version)sql";

inline constexpr std::string_view list_tickets_of_user = R"sql(
  (SELECT id FROM ticket WHERE created_by = ANY (ARRAY[$1::uuid]) AND created_by IS NOT NULL AND id > $2 AND NOT deleted
   ORDER BY created_by, id LIMIT $3)
  UNION (SELECT id FROM ticket WHERE assignee_id = ANY (ARRAY[$1::uuid]) AND assignee_id IS NOT NULL AND id > $2
         AND NOT deleted ORDER BY assignee_id, id LIMIT $3)
  UNION (SELECT id FROM ticket WHERE claimed_by = ANY (ARRAY[$1::uuid]) AND claimed_by IS NOT NULL AND id > $2
         AND NOT deleted ORDER BY claimed_by, id LIMIT $3)
  ORDER BY 1 LIMIT $3)sql";

// --- the directory ---

inline constexpr std::string_view find_user = R"sql(
  SELECT id, name, email, deleted, version, micros(created_at), micros(updated_at) FROM desk_user WHERE id = $1)sql";
inline constexpr std::string_view find_user_by_name = R"sql(
  SELECT id, name, email, deleted, version, micros(created_at), micros(updated_at) FROM desk_user
  WHERE name = ANY (ARRAY[$1]) AND NOT deleted ORDER BY name, id LIMIT 1)sql";
inline constexpr std::string_view list_users = R"sql(
  SELECT id, name, email, deleted, version, micros(created_at), micros(updated_at) FROM desk_user
  WHERE NOT deleted AND id < $1 ORDER BY id DESC LIMIT $2 OFFSET $3)sql";
inline constexpr std::string_view find_user_by_email = R"sql(
  SELECT id, name, email, deleted, version, micros(created_at), micros(updated_at) FROM desk_user
  WHERE NOT deleted AND email_key = ANY (ARRAY[$4]) AND id < $1 ORDER BY email_key LIMIT $2 OFFSET $3)sql";

// Members as one text of ids with blanks between.
inline constexpr std::string_view find_department = R"sql(
  SELECT id, name, deleted, version, micros(created_at), micros(updated_at),
         (SELECT string_agg(m.user_id::text, ' ' ORDER BY m.position) FROM membership AS m WHERE m.department_id = d.id)
  FROM department AS d WHERE id = $1)sql";
inline constexpr std::string_view list_departments = R"sql(
  SELECT id, name, deleted, version, micros(created_at), micros(updated_at),
         (SELECT string_agg(m.user_id::text, ' ' ORDER BY m.position) FROM membership AS m WHERE m.department_id = d.id)
  FROM department AS d WHERE NOT deleted AND id < $1 ORDER BY id DESC LIMIT $2 OFFSET $3)sql";

// --- the feed ---

// Nothing is told that a transaction with a lower number could still come before (reliability C-3): from the first event
// that is beyond the horizon of this snapshot, all wait for the next read. What waits so is not passed on the way to the end
// of what is told, as somebody's open transaction can keep 100,000 events waiting: it is the last here, or what was told
// before. What may bring a ticket into somebody's view carries
// the whole of it: the row as it is now, which is this version or a later one. At least one row: the ends, the same in
// every row. Versions have no gaps, so the next one from here on is this one: said so, only the index that has their order
// serves, and none that would read the whole history for each event.
inline constexpr std::string_view read_feed = R"sql(
  WITH next AS MATERIALIZED (
    SELECT id, xid, source, subject_id, version, time FROM feed
    WHERE id > $1 AND id >= (SELECT feed_floor FROM callboard_meta)
    ORDER BY id LIMIT $2),
  told AS MATERIALIZED (
    SELECT id, source, subject_id, version, time FROM next
    WHERE id < coalesce((SELECT min(id) FROM next WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())),
                        9223372036854775807)),
  ends AS MATERIALIZED (
    SELECT m.feed_floor,
           coalesce((SELECT max(id) FROM told),
                    (SELECT id FROM feed
                     WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
                           AND id <= CASE WHEN EXISTS (SELECT FROM next) THEN greatest($1, m.feed_floor - 1)
                                          ELSE 9223372036854775807 END
                     ORDER BY id DESC LIMIT 1), 0) AS head
    FROM callboard_meta AS m)
  SELECT n.head, CASE WHEN n.feed_floor <= n.head THEN n.feed_floor ELSE 0 END,
         f.id, f.source, f.subject_id, f.version, micros(f.time), e.id, e.type, e.actor_type, e.actor_id, e.data,
         e.context, e.context_before,
         CASE WHEN e.context_before IS NOT NULL
              THEN (SELECT CASE WHEN NOT t.deleted THEN t.view END FROM ticket AS t WHERE t.id = f.subject_id) END
  FROM ends AS n LEFT JOIN told AS f ON true
  LEFT JOIN LATERAL (
    (SELECT id, type, actor_type, actor_id, data, context, context_before FROM ticket_event
     WHERE f.source = 'ticket' AND ticket_id = f.subject_id AND version >= f.version ORDER BY version LIMIT 1)
    UNION ALL
    (SELECT id, type, actor_type, actor_id, data, NULL, NULL FROM directory_event
     WHERE f.source = 'directory' AND subject_id = f.subject_id AND version >= f.version ORDER BY version LIMIT 1))
    AS e ON true
  ORDER BY f.id)sql";

// What the index has to learn of so many events: each ticket with its newest messages first, until they are so many bytes
// as they are encoded. AI's answer says no new words, but may say in which language they are: then they have other stems.
// Of the tickets, in the order of their last events, as many as weigh no more than that many: each of its events is one,
// and so are 512 bytes of its view. A ticket of thousands of messages is read as a whole, and however often it was changed,
// once. This ends before the last event of the first that is left out. Of those that are passed by so, since they were
// changed again, chance takes one along: none that is changed all the time is left out for ever. At least one row: how
// far this goes, and whether there may be more, the same in every row.
inline constexpr std::string_view read_texts = R"sql(
  WITH next AS MATERIALIZED (
    SELECT id, xid, source, subject_id, version, time FROM feed
    WHERE id > $1 AND id >= (SELECT feed_floor FROM callboard_meta)
    ORDER BY id LIMIT $2),
  looked AS MATERIALIZED (
    SELECT id, source, subject_id, version, time FROM next
    WHERE id < coalesce((SELECT min(id) FROM next WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())),
                        9223372036854775807)),
  changed AS MATERIALIZED (
    SELECT l.subject_id AS id, min(l.id) AS first, max(l.id) AS last
    FROM looked AS l, LATERAL (
      SELECT type FROM ticket_event WHERE l.source = 'ticket' AND ticket_id = l.subject_id AND version >= l.version
      ORDER BY version LIMIT 1) AS e
    WHERE e.type IN ('ticket.created', 'ticket.changed', 'ticket.deleted', 'message.added')
          OR (e.type = 'ai.classified' AND (SELECT language FROM ticket_search WHERE ticket_id = l.subject_id)
                                           <> (SELECT language FROM ticket AS o WHERE o.id = l.subject_id))
    GROUP BY l.subject_id),
  weighed AS MATERIALIZED (
    SELECT id, first, last,
           coalesce(sum(weight) OVER (ORDER BY last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < $2 AS comes
    FROM (SELECT id, first, last,
                 (SELECT version + pg_column_size(view) / 512 FROM ticket AS o WHERE o.id = c.id) AS weight
          FROM changed AS c) AS each),
  reached AS MATERIALIZED (
    SELECT id, time FROM looked
    WHERE id < coalesce((SELECT min(last) FROM weighed WHERE NOT comes), 9223372036854775807)
    ORDER BY id DESC LIMIT 1),
  told AS MATERIALIZED (
    SELECT id FROM weighed WHERE comes
    UNION ALL
    (SELECT id FROM weighed WHERE NOT comes AND first <= (SELECT id FROM reached)
     ORDER BY uuid_hash_extended(id, $1) LIMIT 1))
  SELECT coalesce(l.id, $1), micros(l.time),
         coalesce(l.id < (SELECT max(id) FROM looked), false) OR (SELECT count(*) FROM looked) >= $2,
         c.id, t.view, m.data
  FROM (SELECT) AS always LEFT JOIN reached AS l ON true LEFT JOIN told AS c ON true
  LEFT JOIN LATERAL (SELECT id, view, deleted FROM ticket AS o WHERE o.id = c.id OFFSET 0) AS t ON NOT t.deleted
  LEFT JOIN LATERAL (SELECT version, data, sum(octet_length(data)) OVER (ORDER BY version DESC) - octet_length(data) AS before
                     FROM ticket_event WHERE ticket_id = t.id AND type = 'message.added') AS m ON m.before < $3
  ORDER BY c.id, m.version DESC)sql";

// --- replies, jobs, counts ---

inline constexpr std::string_view find_reply = R"sql(
  SELECT key, request_hash, status, problem, etag, location, retry_after_s, body
  FROM idem WHERE principal = $1 AND key = $2)sql";

inline constexpr std::string_view list_jobs = R"sql(
  SELECT id, kind, subject_id, state, attempt, crash_count, micros(run_at), micros(claimed_until), last_error,
         micros(created_at), micros(updated_at)
  FROM job WHERE id < $1 ORDER BY id DESC LIMIT $2 OFFSET $3)sql";
inline constexpr std::string_view list_jobs_in_state = R"sql(
  SELECT id, kind, subject_id, state, attempt, crash_count, micros(run_at), micros(claimed_until), last_error,
         micros(created_at), micros(updated_at)
  FROM job WHERE state = ANY (ARRAY[$4]) AND id < $1 ORDER BY state DESC, id DESC LIMIT $2 OFFSET $3)sql";

// What is counted, of which kind, how many. The writer keeps count of the tickets. Users are counted in the order of an
// index, which has all that is needed.
inline constexpr std::string_view count_all = R"sql(
  SELECT 'ticket', status, sum(n)::bigint FROM ticket_count GROUP BY status
  UNION ALL SELECT 'job', state, count(*) FROM job WHERE state IN ('available', 'running', 'parked', 'dead') GROUP BY state
  UNION ALL SELECT 'user', '', count(*) FROM (SELECT FROM desk_user WHERE NOT deleted ORDER BY id) AS live
  UNION ALL SELECT 'department', '', count(*) FROM department WHERE NOT deleted
  UNION ALL SELECT 'held back', '', coalesce($1::bigint - micros(min(time)), 0) FROM feed
  WHERE id > coalesce((SELECT id FROM feed WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
                       ORDER BY id DESC LIMIT 1), 0))sql";

} // namespace callboard::postgres::sql
