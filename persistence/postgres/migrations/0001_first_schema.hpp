#pragma once

#include <string_view>

namespace callboard::postgres {

// Everything is in the schema `callboard`, which each connection has as its search path. Keys and closed sets are in the
// collation "C": the same in every database, and the cheapest to compare. What must come back byte for byte is TEXT;
// nothing that customers wrote is cast to json here, since JSON may hold \u0000, which PostgreSQL's casts refuse.
inline constexpr std::string_view first_schema = R"sql(

-- Microseconds since 1970, as the program counts them. Not IMMUTABLE, so that they are put into the query's text.
CREATE FUNCTION micros(timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN (extract(epoch FROM $1) * 1000000)::bigint;
CREATE FUNCTION at_micros(bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  RETURN timestamptz '1970-01-01 00:00:00+00' + $1 * interval '1 microsecond';

-- The least UUIDv7 of a time; a time that no such id has gives the nearest.
CREATE FUNCTION id_at_micros(bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (lpad(to_hex(greatest(least($1 / 1000, 281474976710655), 0)), 12, '0') || '00000000000000000000')::uuid;

-- The one row that a store keeps about itself.
CREATE TABLE callboard_meta (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  created_at timestamptz NOT NULL DEFAULT now(),
  cursor_key bytea NOT NULL,                  -- secret: signs cursors
  feed_epoch bigint NOT NULL,                 -- another one after a restore: older cursors end
  feed_floor bigint NOT NULL DEFAULT 1,       -- the oldest place that is still told; what is before it goes by days
  search_feed_id bigint NOT NULL DEFAULT 0,
  next_number bigint NOT NULL DEFAULT 1,
  next_claim_token bigint NOT NULL DEFAULT 1,
  -- How far (microseconds) a ticket's created_at has ever been ahead of or behind the time in its id: with that, a range
  -- of times is a range of ids as well.
  id_ahead bigint NOT NULL DEFAULT 0,
  id_behind bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

-- Processes that have taken the store. A new start is a new node. The beat is the last activity of `backend_pid`.
CREATE TABLE node (
  id uuid PRIMARY KEY,
  process text NOT NULL,                      -- for people: process 42 on host
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  backend_pid integer NOT NULL,
  backend_start timestamptz NOT NULL          -- with it, a pid means one backend for ever
);

-- Who may write. Every writing transaction reads the row FOR SHARE; who takes over raises the epoch. Until there is a
-- cluster, shard 0 stands for all tickets.
CREATE TABLE shard (
  shard_id integer PRIMARY KEY CHECK (shard_id >= 0),
  owner uuid REFERENCES node (id),
  epoch bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO shard (shard_id) VALUES (0);

-- Current state. `view` is what staff are answered, byte for byte; the columns before it are what lists ask about.
CREATE TABLE ticket (
  id uuid PRIMARY KEY,
  number bigint NOT NULL UNIQUE CHECK (number > 0),
  version bigint NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  resolved_at timestamptz,
  closed_at timestamptz,
  assignee_id uuid,
  department_id uuid,
  created_by uuid,
  claimed_by uuid,
  priority_rank smallint NOT NULL CHECK (priority_rank BETWEEN 0 AND 4), -- 0 none, 1 low ... 4 urgent
  view_schema smallint NOT NULL,
  deleted boolean NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('open', 'in_progress', 'waiting', 'resolved', 'closed')),
  ai_status text COLLATE "C" NOT NULL CHECK (ai_status IN ('pending', 'done', 'fallback', 'off')),
  category text COLLATE "C",
  language text COLLATE "C" NOT NULL          -- of full text: a text search configuration
    CHECK (language IN ('simple', 'english', 'german', 'spanish')),
  tags text[] COLLATE "C" NOT NULL,           -- as in ticket_tag; empty once deleted
  memory text NOT NULL,
  view text NOT NULL
);

-- Each filter's index has the rows in the order of ids: UUIDv7, the newest at the right edge.
CREATE INDEX ticket_by_live_id ON ticket (id) WHERE NOT deleted;
CREATE INDEX ticket_by_status ON ticket (status, id) WHERE NOT deleted;
CREATE INDEX ticket_by_priority ON ticket (priority_rank, id) WHERE NOT deleted;
CREATE INDEX ticket_by_category ON ticket (category, id) WHERE NOT deleted AND category IS NOT NULL;
CREATE INDEX ticket_by_ai_status ON ticket (ai_status, id) WHERE NOT deleted;
CREATE INDEX ticket_by_assignee ON ticket (assignee_id, id) WHERE NOT deleted AND assignee_id IS NOT NULL;
CREATE INDEX ticket_by_department ON ticket (department_id, id) WHERE NOT deleted AND department_id IS NOT NULL;
CREATE INDEX ticket_by_creator ON ticket (created_by, id) WHERE NOT deleted AND created_by IS NOT NULL;
CREATE INDEX ticket_by_claimer ON ticket (claimed_by, id) WHERE NOT deleted AND claimed_by IS NOT NULL;
CREATE INDEX ticket_by_created_at ON ticket (created_at, id) WHERE NOT deleted;
CREATE INDEX ticket_by_updated_at ON ticket (updated_at, id) WHERE NOT deleted;

-- Not GIN over ticket.tags: that knows no order, and a common tag would be sorted for each page.
CREATE TABLE ticket_tag (
  tag text COLLATE "C" NOT NULL,
  ticket_id uuid NOT NULL,
  PRIMARY KEY (tag, ticket_id)
);

-- How many tickets have a status: the sum of its rows. A batch adds what it changed, tidying makes one row of many.
CREATE TABLE ticket_count (
  status text COLLATE "C" NOT NULL,
  n bigint NOT NULL
);

CREATE TABLE ticket_event (
  ticket_id uuid NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  id uuid NOT NULL,
  command_id uuid NOT NULL,
  time timestamptz NOT NULL,
  nth integer NOT NULL,
  schema smallint NOT NULL,
  actor_type text COLLATE "C" NOT NULL CHECK (actor_type IN ('user', 'ai', 'system')),
  actor_id text NOT NULL,
  request_id text NOT NULL,
  type text COLLATE "C" NOT NULL,
  context text NOT NULL,
  context_before text,                        -- where it differs
  data text NOT NULL,
  PRIMARY KEY (ticket_id, version),
  UNIQUE (ticket_id, command_id, nth)
);

-- One thin row for each event of tickets and of the directory. The writer gives the ids, dense, in the order of its
-- commits; `xid` tells a reader what is beyond the horizon of its snapshot (reliability C-3). `day` only says where the
-- row is stored: days before `feed_floor` are dropped whole.
CREATE TABLE feed (
  id bigint NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  time timestamptz NOT NULL,
  subject_id uuid NOT NULL,
  version bigint NOT NULL,
  day date NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')::date,
  source text COLLATE "C" NOT NULL CHECK (source IN ('ticket', 'directory')),
  PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
-- What no day has a place for: only if the clock jumps.
CREATE TABLE feed_rest PARTITION OF feed DEFAULT;

-- Makes places for today and some days ahead.
CREATE FUNCTION make_feed_days(ahead integer) RETURNS integer LANGUAGE plpgsql AS $body$
DECLARE
  first_day date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  wanted date;
  made integer := 0;
BEGIN
  FOR n IN 0 .. ahead LOOP
    wanted := first_day + n;
    IF to_regclass('callboard.feed_' || to_char(wanted, 'YYYYMMDD')) IS NULL
       AND NOT EXISTS (SELECT FROM feed_rest WHERE day = wanted) THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF feed FOR VALUES FROM (%L) TO (%L)',
                     'feed_' || to_char(wanted, 'YYYYMMDD'), wanted, wanted + 1);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $body$;

-- Drops past days in which everything is before the floor.
CREATE FUNCTION drop_feed_days() RETURNS integer LANGUAGE plpgsql AS $body$
DECLARE
  today text := 'feed_' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD');
  keep_from bigint := (SELECT feed_floor FROM callboard_meta);
  place text;
  needed boolean;
  dropped integer := 0;
BEGIN
  FOR place IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE i.inhparent = 'callboard.feed'::regclass AND c.relname ~ '^feed_[0-9]{8}$' AND c.relname < today
               ORDER BY 1 LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id >= $1)', place) INTO needed USING keep_from;
    IF NOT needed THEN
      EXECUTE format('DROP TABLE %I', place);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  RETURN dropped;
END $body$;

SELECT make_feed_days(2);

CREATE TABLE job (
  id uuid PRIMARY KEY,
  subject_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('classify', 'forget_user')),
  state text COLLATE "C" NOT NULL CHECK (state IN ('available', 'running', 'parked', 'done', 'dead', 'cancelled')),
  input_hash text COLLATE "C" NOT NULL,
  prompt_version text COLLATE "C" NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  crash_count integer NOT NULL DEFAULT 0,
  claim_token bigint NOT NULL DEFAULT 0,
  claimed_until timestamptz,
  run_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  last_error text,
  UNIQUE (subject_id, kind, input_hash, prompt_version)
);

CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_due ON job (kind, run_at, id) WHERE state IN ('available', 'parked');
CREATE INDEX job_running ON job (claimed_until) WHERE state = 'running';

CREATE TABLE idem (
  principal text COLLATE "C" NOT NULL,        -- type:id
  key text COLLATE "C" NOT NULL,
  request_hash text NOT NULL,
  created_at timestamptz NOT NULL,
  status integer NOT NULL,
  retry_after_s integer,
  problem boolean NOT NULL,
  etag text NOT NULL,
  location text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (principal, key)
);

CREATE INDEX idem_by_created_at ON idem (created_at);

-- `email_key` and `name_key` are folded to one case by the program, whatever locale the database has.
CREATE TABLE desk_user (
  id uuid PRIMARY KEY,
  version bigint NOT NULL CHECK (version > 0),
  deleted boolean NOT NULL,
  name text COLLATE "C",
  email text,
  email_key text COLLATE "C",
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX desk_user_by_email ON desk_user (email_key) WHERE NOT deleted;
CREATE INDEX desk_user_by_name ON desk_user (name, id) WHERE NOT deleted;
CREATE INDEX desk_user_by_live_id ON desk_user (id) WHERE NOT deleted;

CREATE TABLE department (
  id uuid PRIMARY KEY,
  version bigint NOT NULL CHECK (version > 0),
  deleted boolean NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX department_by_name ON department (name_key) WHERE NOT deleted;

CREATE TABLE membership (
  department_id uuid NOT NULL REFERENCES department (id),
  position bigint NOT NULL,
  user_id uuid NOT NULL REFERENCES desk_user (id),
  PRIMARY KEY (department_id, position),
  UNIQUE (user_id, department_id)
);

CREATE TABLE directory_event (
  subject_id uuid NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  id uuid NOT NULL,
  command_id uuid NOT NULL,
  time timestamptz NOT NULL,
  schema smallint NOT NULL,
  actor_type text COLLATE "C" NOT NULL CHECK (actor_type IN ('user', 'ai', 'system')),
  actor_id text NOT NULL,
  request_id text NOT NULL,
  type text COLLATE "C" NOT NULL,
  data text NOT NULL,
  PRIMARY KEY (subject_id, version),
  UNIQUE (subject_id, command_id)
);

-- Full text, written off the write path. The program hands over words only: folded to one case, everything that is no
-- letter or digit a blank (`search_text` in search_words.hpp; questions go through it too).
CREATE FUNCTION without_accents(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN normalize(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g'), NFC);

-- The stems of words in one language, under its name: else a stem could be taken for another word (the German one of
-- "note" is "not"). No word begins as the name does. What begins with a digit has no other form than its own.
CREATE FUNCTION search_stems(language text, words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE $1
    WHEN 'english' THEN ARRAY(
      SELECT '=en:' || stem FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.english', $2))) AS stem
      WHERE stem COLLATE "C" > ':')
    WHEN 'german' THEN ARRAY(
      SELECT '=de:' || stem FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.german', $2))) AS stem
      WHERE stem COLLATE "C" > ':')
    WHEN 'spanish' THEN ARRAY(
      SELECT '=es:' || stem FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.spanish', $2))) AS stem
      WHERE stem COLLATE "C" > ':')
    ELSE '{}'::text[]
  END;

-- The words as they are without accents (exact words, phrases, beginnings), and their stems in the ticket's language.
-- The gap keeps a phrase from reaching from the title into the body.
CREATE FUNCTION search_words(language text, title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_tsvector('pg_catalog.simple', without_accents($2)) || '_:8'::tsvector
         || to_tsvector('pg_catalog.simple', without_accents($3))
         || array_to_tsvector(search_stems($1, $2 || ' ' || $3));

-- What a question asks for: words are found as they are and by their stem in each language, and are to be there all;
-- exact ones (`'a' <-> 'b'`, `'begin':*`) only as they are; of the unwanted none may be there.
CREATE AGGREGATE all_of(tsquery) (SFUNC = tsquery_and, STYPE = tsquery, PARALLEL = SAFE);
CREATE AGGREGATE any_of(tsquery) (SFUNC = tsquery_or, STYPE = tsquery, PARALLEL = SAFE);

CREATE FUNCTION word_query(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT any_of(form) FROM (
    SELECT phraseto_tsquery('pg_catalog.simple', without_accents($1)) UNION ALL
    SELECT ('''' || stem || '''')::tsquery
    FROM unnest(search_stems('english', $1) || search_stems('german', $1) || search_stems('spanish', $1)) AS stem)
    AS forms (form));

CREATE FUNCTION exact_query(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_tsquery('pg_catalog.simple', without_accents($1));

CREATE FUNCTION search_query(words text[], exact text[], unwanted_words text[], unwanted_exact text[])
  RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (SELECT all_of(part) FROM (
    SELECT word_query(word) FROM unnest($1) AS word UNION ALL SELECT exact_query(word) FROM unnest($2) AS word
    UNION ALL SELECT !! word_query(word) FROM unnest($3) AS word
    UNION ALL SELECT !! exact_query(word) FROM unnest($4) AS word) AS parts (part));

CREATE TABLE ticket_search (
  ticket_id uuid PRIMARY KEY,
  language text COLLATE "C" NOT NULL,
  words tsvector NOT NULL
);

CREATE INDEX ticket_search_by_words ON ticket_search USING gin (words);

)sql";

} // namespace callboard::postgres
