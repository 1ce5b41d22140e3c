#pragma once

#include <string_view>

// The one statement of the usual batch (reliability C-4): fence, judgement and all effects in one round trip.
namespace callboard::postgres::sql {

// Its parts see the store as it was before: so the items of one statement must not touch the same ticket, job or key
// (batch.hpp sees to that), and nobody else writes while the fence holds. Whether an item is stored is judged once; what
// it writes hangs on that. Events and jobs carry what they need of their item, and find its judgement by its place in
// `verdict.ok`, since a join would compare each with each.
//
// Of the steps to a judgement only the last is MATERIALIZED: each would write the wide rows out once more. But the looks are
// not put into it (OFFSET 0): PostgreSQL would look, and prepare to look, once for each place that asks for what was seen.
//
// Every look at a table is a subquery that the planner may not turn into a join (OFFSET 0), and every change finds its row
// by the place (ctid) that such a look gave: the plan is made once, maybe while a table is empty, and a join would then
// read all of it, for ever. Nobody else moves rows between the look and the change. A look says all columns of each index
// that has those it needs: over an empty table any of them may be taken.
//
// A fence that does not hold gives no rows at all.
inline constexpr std::string_view write_batch = R"sql(
WITH fence AS MATERIALIZED (
  SELECT FROM shard WHERE shard_id = 0 AND owner = $1::text::uuid AND epoch = $2::bigint FOR SHARE
),
item AS (
  SELECT i.*, i.tag_list::text[] AS tags
  FROM fence, unnest(
    $4::int[], $5::bigint[], $6::uuid[], $7::uuid[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
    $12::bigint[], $13::bigint[], $14::uuid[], $15::uuid[], $16::uuid[], $17::uuid[], $18::smallint[], $19::boolean[],
    $20::text[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[], $26::text[], $27::uuid[],
    $28::bigint[], $29::text[], $30::text[], $31::boolean[], $32::bigint[], $33::text[], $34::text[], $35::text[],
    $36::integer[], $37::integer[], $38::boolean[], $39::text[], $40::text[], $41::text[])
    AS i (ord, expected, ticket_id, command_id, version, number, created_at, updated_at, resolved_at, closed_at,
          assignee_id, department_id, created_by, claimed_by, priority_rank, deleted, status, ai_status, category,
          language, tag_list, memory, view, job_id, job_token, job_state, job_reason, cancel, time, principal, key,
          request_hash, reply_status, retry_after_s, problem, etag, location, body)
),
looked AS (
  SELECT i.*, t.place, t.version AS present_version, t.status AS present_status, t.deleted AS present_deleted,
         t.tags AS present_tags, t.updated_at AS present_updated_at,
         t.priority_rank AS present_priority_rank,
         i.key IS NOT NULL
           AND EXISTS (SELECT FROM idem k WHERE k.principal = i.principal AND k.key = i.key OFFSET 0) AS key_taken,
         i.job_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM job j WHERE j.id = i.job_id AND j.claim_token = i.job_token
                                               AND j.state = 'running' OFFSET 0) AS job_gone,
         i.expected IS NOT NULL AND t.id IS NOT NULL
           AND EXISTS (SELECT FROM ticket_event e WHERE e.ticket_id = i.ticket_id
                                                    AND e.command_id = i.command_id OFFSET 0) AS known,
         concat_ws(',',
           CASE WHEN i.assignee_id <> t.assignee_id IS NOT FALSE AND i.assignee_id IS NOT NULL
                     AND NOT EXISTS (SELECT FROM desk_user u WHERE u.id = i.assignee_id AND NOT u.deleted OFFSET 0)
                THEN 'assignee_id' END,
           CASE WHEN i.created_by <> t.created_by IS NOT FALSE AND i.created_by IS NOT NULL
                     AND NOT EXISTS (SELECT FROM desk_user u WHERE u.id = i.created_by AND NOT u.deleted OFFSET 0)
                THEN 'created_by' END,
           CASE WHEN i.claimed_by <> t.claimed_by IS NOT FALSE AND i.claimed_by IS NOT NULL
                     AND NOT EXISTS (SELECT FROM desk_user u WHERE u.id = i.claimed_by AND NOT u.deleted OFFSET 0)
                THEN 'claimed_by' END,
           CASE WHEN i.department_id <> t.department_id IS NOT FALSE AND i.department_id IS NOT NULL
                     AND NOT EXISTS (SELECT FROM department d WHERE d.id = i.department_id AND NOT d.deleted OFFSET 0)
                THEN 'department' END) AS unknown
  FROM item i LEFT JOIN LATERAL (SELECT t.ctid AS place, t.* FROM ticket t WHERE t.id = i.ticket_id OFFSET 0) t ON true
  OFFSET 0
),
judged AS MATERIALIZED (
  SELECT ord, expected, ticket_id, version, number, created_at, updated_at, resolved_at, closed_at, assignee_id,
         department_id, created_by, claimed_by, priority_rank, deleted, status, ai_status, category, language, tags, memory,
         view, job_id, job_state, job_reason, cancel, time, principal, key, request_hash, reply_status, retry_after_s,
         problem, etag, location, body, place, present_status, present_deleted, present_tags, present_updated_at,
         present_priority_rank, unknown,
         CASE WHEN key_taken THEN 'duplicate_key'
              WHEN job_gone THEN 'job_lost'
              WHEN expected IS NULL THEN 'stored'
              WHEN known THEN 'duplicate_command'
              WHEN expected > 0 AND present_version IS DISTINCT FROM expected THEN 'version_conflict'
              WHEN unknown <> '' THEN 'unknown_reference'
              WHEN expected = 0 AND present_version IS NOT NULL THEN 'version_conflict'
              ELSE 'stored' END AS outcome
  FROM looked l
),
verdict AS MATERIALIZED (
  SELECT array_agg(outcome = 'stored' ORDER BY ord) AS ok FROM judged
),
event AS MATERIALIZED (
  SELECT $3::bigint + row_number() OVER (ORDER BY e.ord, e.nth) AS feed_id, e.*
  FROM verdict v, unnest($42::int[], $43::int[], $44::uuid[], $45::uuid[], $46::bigint[], $47::uuid[], $48::bigint[],
                         $49::text[], $50::text[], $51::text[], $52::text[], $53::text[], $54::text[], $55::text[])
    AS e (ord, nth, id, ticket_id, version, command_id, time, actor_type, actor_id, request_id, type, context,
          context_before, data)
  WHERE v.ok[e.ord]
),
wanted AS MATERIALIZED (
  SELECT w.* FROM verdict v, unnest($56::int[], $57::uuid[], $58::uuid[], $59::text[], $60::text[], $61::text[],
                                    $62::bigint[])
    AS w (ord, id, subject_id, kind, input_hash, prompt_version, time)
  WHERE v.ok[w.ord]
),
make_ticket AS (
  INSERT INTO ticket (id, number, version, created_at, updated_at, resolved_at, closed_at, assignee_id, department_id,
                      created_by, claimed_by, priority_rank, view_schema, deleted, status, ai_status, category, language,
                      tags, memory, view)
  SELECT ticket_id, number, version, at_micros(created_at), at_micros(updated_at), at_micros(resolved_at),
         at_micros(closed_at), assignee_id, department_id, created_by, claimed_by, priority_rank, $63::smallint, deleted,
         status, ai_status, category, language, tags, memory, view
  FROM judged WHERE outcome = 'stored' AND expected = 0
),
change_ticket AS (
  UPDATE ticket t
  SET version = j.version, updated_at = at_micros(j.updated_at), resolved_at = at_micros(j.resolved_at),
      closed_at = at_micros(j.closed_at), assignee_id = j.assignee_id, department_id = j.department_id,
      created_by = j.created_by, claimed_by = j.claimed_by, priority_rank = j.priority_rank, view_schema = $63::smallint,
      deleted = j.deleted, status = j.status, ai_status = j.ai_status, category = j.category, language = j.language,
      tags = j.tags, memory = j.memory, view = j.view
  FROM judged j WHERE j.outcome = 'stored' AND j.expected > 0 AND t.ctid = j.place AND t.version = j.expected
),
note_new AS (
  INSERT INTO ticket_change (ticket_id, updated_at, priority_rank, status)
  SELECT ticket_id, at_micros(updated_at), priority_rank, status
  FROM judged WHERE outcome = 'stored' AND expected = 0 AND NOT deleted
),
noted AS MATERIALIZED (
  SELECT j.deleted, j.updated_at, j.priority_rank, j.status, p.place
  FROM judged j, LATERAL (SELECT c.ctid AS place FROM ticket_change c
                          WHERE c.updated_at = j.present_updated_at AND c.ticket_id = j.ticket_id
                            AND c.status = j.present_status AND c.priority_rank = j.present_priority_rank OFFSET 0) p
  WHERE j.outcome = 'stored' AND j.expected > 0
),
note_change AS (
  UPDATE ticket_change c
  SET updated_at = at_micros(n.updated_at), priority_rank = n.priority_rank, status = n.status
  FROM noted n WHERE NOT n.deleted AND c.ctid = n.place
),
note_end AS (
  DELETE FROM ticket_change c USING noted n WHERE n.deleted AND c.ctid = n.place
),
drop_tag AS (
  DELETE FROM ticket_tag g
  USING (SELECT p.place
         FROM judged j, unnest(j.present_tags) AS x (tag),
              LATERAL (SELECT t.ctid AS place FROM ticket_tag t WHERE t.tag = x.tag AND t.ticket_id = j.ticket_id
                       OFFSET 0) p
         WHERE j.outcome = 'stored' AND j.expected > 0 AND x.tag <> ALL (j.tags)) AS gone
  WHERE g.ctid = gone.place
),
add_tag AS (
  INSERT INTO ticket_tag (tag, ticket_id)
  SELECT x.tag, j.ticket_id FROM judged j, unnest(j.tags) AS x (tag)
  WHERE j.outcome = 'stored' AND j.expected IS NOT NULL AND (j.present_tags IS NULL OR x.tag <> ALL (j.present_tags))
  ON CONFLICT DO NOTHING
),
count_tickets AS (
  INSERT INTO ticket_count (status, n)
  SELECT c.status, sum(c.n)
  FROM (SELECT status, 1 FROM judged WHERE outcome = 'stored' AND expected IS NOT NULL AND NOT deleted
        UNION ALL
        SELECT present_status, -1 FROM judged WHERE outcome = 'stored' AND expected > 0 AND NOT present_deleted)
    AS c (status, n)
  GROUP BY c.status HAVING sum(c.n) <> 0
),
add_event AS (
  INSERT INTO ticket_event (ticket_id, version, id, command_id, time, nth, schema, actor_type, actor_id, request_id,
                            type, context, context_before, data)
  SELECT ticket_id, version, id, command_id, at_micros(time), nth, $64::smallint, actor_type, actor_id, request_id, type,
         context, context_before, data
  FROM event
),
add_feed AS (
  INSERT INTO feed (id, time, subject_id, version, source)
  SELECT feed_id, at_micros(time), ticket_id, version, 'ticket' FROM event
),
end_job AS (
  UPDATE job b
  SET state = j.job_state, last_error = j.job_reason, claimed_until = NULL, updated_at = at_micros(j.time)
  FROM judged j, LATERAL (SELECT o.ctid AS place FROM job o WHERE o.id = j.job_id OFFSET 0) p
  WHERE j.outcome = 'stored' AND b.ctid = p.place
),
cancel_job AS (
  UPDATE job b SET state = 'cancelled', last_error = NULL, claimed_until = NULL, updated_at = at_micros(j.time)
  FROM judged j, LATERAL (
    SELECT o.ctid AS place FROM job o
    WHERE o.subject_id = j.ticket_id AND o.state IN ('available', 'running', 'parked') AND o.id IS DISTINCT FROM j.job_id
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.ord = j.ord AND w.kind = o.kind AND w.input_hash = o.input_hash
                                             AND w.prompt_version = o.prompt_version OFFSET 0)
    OFFSET 0) p
  WHERE j.outcome = 'stored' AND j.cancel AND j.expected IS DISTINCT FROM 0 AND b.ctid = p.place
),
add_job AS (
  INSERT INTO job (id, subject_id, kind, state, input_hash, prompt_version, run_at, created_at, updated_at)
  SELECT id, subject_id, kind, 'available', input_hash, prompt_version, at_micros(time), at_micros(time), at_micros(time)
  FROM wanted
  ON CONFLICT (subject_id, kind, input_hash, prompt_version) DO UPDATE
  SET state = 'available', attempt = 0, crash_count = 0, claimed_until = NULL, last_error = NULL,
      run_at = excluded.run_at, updated_at = excluded.updated_at
  WHERE job.state IN ('done', 'dead', 'cancelled')
),
keep_reply AS (
  INSERT INTO idem (principal, key, request_hash, created_at, status, retry_after_s, problem, etag, location, body)
  SELECT principal, key, request_hash, at_micros(time), reply_status, retry_after_s, problem, etag, location, body
  FROM judged WHERE outcome = 'stored' AND key IS NOT NULL
)
SELECT ord, outcome, unknown FROM judged ORDER BY ord)sql";

} // namespace callboard::postgres::sql
