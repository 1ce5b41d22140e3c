#pragma once

#include <array>
#include <string_view>

// 100,000 tickets and all that belongs to them, as scripts that fill an empty store.
namespace callboard::contract::large_desk {

inline constexpr std::string_view no_log = R"sql(
  ALTER TABLE ticket SET UNLOGGED; ALTER TABLE ticket_tag SET UNLOGGED; ALTER TABLE ticket_search SET UNLOGGED;
  ALTER TABLE ticket_event SET UNLOGGED; ALTER TABLE job SET UNLOGGED; ALTER TABLE ticket_change SET UNLOGGED)sql";

// A desk of 100,000 tickets, as they pile up: nearly all are closed. One in four hundred is deleted. The newest 10,000 and
// the oldest 5,000, by id and by the last change, are open and nobody has given them a priority.
inline constexpr std::string_view fill_tickets = R"sql(
  INSERT INTO ticket (id, number, version, created_at, updated_at, assignee_id, department_id, created_by,
                      priority_rank, view_schema, deleted, status, ai_status, category, language, tags, memory, view)
  SELECT (lpad(to_hex(n + 1700000000000), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
         n, 1, at, at + CASE WHEN n > 90000 THEN 200000 WHEN n <= 5000 THEN 0 ELSE 1 + a % 100000 END * interval '1 second',
         CASE WHEN a % 10 < 7 THEN lpad(to_hex(b % 50), 32, 'a')::uuid END, CASE WHEN b % 8 < 7 OR n < 30000 THEN lpad(to_hex(b % 8), 32, 'd')::uuid END,
         lpad(to_hex(a % 2000), 32, 'c')::uuid, CASE WHEN untouched THEN 0 ELSE b / 50 % 5 END, 1, a % 400 = 0,
         CASE WHEN untouched THEN 'open'
              WHEN a % 100 < 4 THEN (ARRAY['open', 'in_progress', 'waiting', 'resolved'])[1 + a % 4] ELSE 'closed' END,
         CASE WHEN b % 50 < 3 THEN (ARRAY['pending', 'fallback', 'off'])[1 + b % 3] ELSE 'done' END,
         (ARRAY['billing', 'technical', 'general'])[1 + a % 3], 'english',
         -- On old tickets alone, like one department: who reads the newest first for them reads in vain.
         CASE WHEN a % 100 = 7 THEN ARRAY['rare'] WHEN n < 30000 THEN ARRAY['common'] ELSE '{}' END,
         '{}', repeat('x', 900)
  FROM (SELECT n, n > 90000 OR n <= 5000 AS untouched,
               timestamptz 'epoch' + (n + 1700000000000) * interval '1 millisecond' AS at, md5(n::text) AS hash,
               hashint8(n) & 2147483647 AS a, hashint8(n + 7000000) & 2147483647 AS b
        FROM generate_series(1, 100000) AS n) AS raw)sql";
inline constexpr std::string_view fill_changes = R"sql(
  INSERT INTO ticket_change (ticket_id, updated_at, priority_rank, status)
  SELECT id, updated_at, priority_rank, status FROM ticket WHERE NOT deleted)sql";
inline constexpr std::string_view fill_tags = "INSERT INTO ticket_tag SELECT unnest(tags), id FROM ticket";
// Each has `printer` and `crossing zebra`, one in a thousand `zebra crossing`; its number is a word.
inline constexpr std::string_view fill_search = R"sql(
  INSERT INTO ticket_search (ticket_id, language, words)
  SELECT id, language, search_words(language, 'printer', 'number ' || number || ' group ' || number % 300 ||
         CASE WHEN number % 1000 = 0 THEN ' zebra crossing' ELSE ' crossing zebra' END) FROM ticket)sql";
inline constexpr std::string_view fill_events = R"sql(
  INSERT INTO ticket_event (ticket_id, version, id, command_id, time, nth, schema, actor_type, actor_id, request_id,
                            type, context, context_before, data)
  SELECT id, v, gen_random_uuid(), gen_random_uuid(), created_at, 0, 1, 'user', 'a', 'r', 'ticket.created', '{}',
         CASE WHEN v = 2 THEN '{}' END, '{}' FROM ticket, generate_series(1, 2) AS v)sql";
// Over all the days that there are.
inline constexpr std::string_view fill_feed = R"sql(
  INSERT INTO feed (id, day, time, subject_id, version, source)
  SELECT 2 * number + v - 2,
         (now() AT TIME ZONE 'UTC')::date + (3 * (number - 1) / (SELECT max(number) FROM ticket))::integer,
         created_at, id, v, 'ticket'
  FROM ticket, generate_series(1, 2) AS v)sql";
inline constexpr std::string_view fill_jobs = R"sql(
  INSERT INTO job (id, subject_id, kind, state, input_hash, prompt_version, run_at, created_at, updated_at)
  SELECT id, id, 'classify', CASE WHEN number % 100 = 0 THEN 'dead' ELSE 'done' END, '', '', created_at, created_at,
         created_at FROM ticket)sql";
inline constexpr std::string_view fill_users = R"sql(
  INSERT INTO desk_user (id, version, deleted, name, email, email_key, created_at, updated_at)
  SELECT id, 1, false, 'n' || number % 1000, 'e' || number, 'e' || number, created_at, created_at FROM ticket)sql";

// Of two indexes that seem to cost the same the planner takes the one that was made first, and dumps and schema steps
// make them in other orders.
inline constexpr std::string_view remake_indexes = R"sql(
  DO $$
  DECLARE known record;
  BEGIN
    FOR known IN SELECT indexname, indexdef FROM pg_indexes
                 WHERE schemaname = 'callboard' AND indexdef NOT LIKE 'CREATE UNIQUE %'
                 ORDER BY md5(indexname || current_setting('callboard.seed')) LOOP
      EXECUTE 'DROP INDEX ' || known.indexname;
      EXECUTE known.indexdef;
    END LOOP;
  END $$)sql";

inline constexpr std::array fills{fill_tickets, fill_changes, fill_tags, fill_search,
                                  fill_events,  fill_feed,    fill_jobs, fill_users};

} // namespace callboard::contract::large_desk
