#pragma once

#include <string_view>

namespace callboard::sqlite {

// Times are microseconds of UTC, ids 16 bytes, enumerators their names. What is written most stands in the order of
// time, so that new rows go to the right edge of every tree.
inline constexpr std::string_view first_schema = R"sql(

-- The one row that a store keeps about itself.
CREATE TABLE meta (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  created_at INTEGER NOT NULL,
  cursor_key BLOB NOT NULL,            -- secret: signs cursors
  feed_epoch INTEGER NOT NULL,         -- another one after a restore: older cursors end
  epoch INTEGER NOT NULL DEFAULT 0,    -- raised by each process that takes the store
  search_feed_id INTEGER NOT NULL DEFAULT 0,
  next_number INTEGER NOT NULL DEFAULT 1,
  next_claim_token INTEGER NOT NULL DEFAULT 1,
  -- How far a ticket's created_at has ever been ahead of or behind the time in its id: with that, a range of times is
  -- a range of ids as well.
  id_ahead INTEGER NOT NULL DEFAULT 0,
  id_behind INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Current state. `view` is what staff are answered, byte for byte; the columns before it are what lists ask about.
CREATE TABLE ticket (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  id BLOB NOT NULL CHECK (length(id) = 16),
  version INTEGER NOT NULL CHECK (version > 0),
  deleted INTEGER NOT NULL,
  status TEXT NOT NULL,
  priority_rank INTEGER NOT NULL,      -- 0 none, 1 low ... 4 urgent
  category TEXT,
  ai_status TEXT NOT NULL,
  assignee_id BLOB,
  department_id BLOB,
  created_by BLOB,
  claimed_by BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  resolved_at INTEGER,
  closed_at INTEGER,
  tags TEXT NOT NULL,                  -- as in ticket_tag, a JSON array; empty once deleted
  view_schema INTEGER NOT NULL,
  memory TEXT NOT NULL,
  view TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX ticket_by_id ON ticket (id);
CREATE INDEX ticket_by_live_id ON ticket (id) WHERE deleted = 0;
CREATE INDEX ticket_by_status ON ticket (status, id) WHERE deleted = 0;
CREATE INDEX ticket_by_priority ON ticket (priority_rank, id, status) WHERE deleted = 0;
CREATE INDEX ticket_by_category ON ticket (category, id) WHERE deleted = 0 AND category IS NOT NULL;
CREATE INDEX ticket_by_ai_status ON ticket (ai_status, id) WHERE deleted = 0;
CREATE INDEX ticket_by_assignee ON ticket (assignee_id, id, status) WHERE deleted = 0 AND assignee_id IS NOT NULL;
CREATE INDEX ticket_by_department ON ticket (department_id, id, status) WHERE deleted = 0 AND department_id IS NOT NULL;
CREATE INDEX ticket_by_creator ON ticket (created_by, id, status) WHERE deleted = 0 AND created_by IS NOT NULL;
CREATE INDEX ticket_by_claimer ON ticket (claimed_by, id) WHERE deleted = 0 AND claimed_by IS NOT NULL;
CREATE INDEX ticket_by_created_at ON ticket (created_at, id, status) WHERE deleted = 0;
CREATE INDEX ticket_by_updated_at ON ticket (updated_at, id, status) WHERE deleted = 0;

CREATE TABLE ticket_tag (
  tag TEXT NOT NULL,
  ticket_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (tag, ticket_id)
) STRICT, WITHOUT ROWID;

-- seq is the feed's id: one counter for all that is committed.
CREATE TABLE ticket_event (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  ticket_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  command_id BLOB NOT NULL,
  nth INTEGER NOT NULL,
  time INTEGER NOT NULL,
  actor_type TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  context TEXT NOT NULL,
  context_before TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX ticket_event_by_version ON ticket_event (ticket_id, version);
CREATE UNIQUE INDEX ticket_event_by_command ON ticket_event (ticket_id, command_id, nth);

CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  source TEXT NOT NULL,
  subject_id BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE job (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  kind TEXT NOT NULL,
  subject_id BLOB NOT NULL,
  input_hash TEXT NOT NULL,
  prompt_version TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  crash_count INTEGER NOT NULL DEFAULT 0,
  claim_token INTEGER NOT NULL DEFAULT 0,
  claimed_until INTEGER,
  run_at INTEGER NOT NULL,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX job_by_input ON job (subject_id, kind, input_hash, prompt_version);
CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_due ON job (kind, run_at, id) WHERE state IN ('available', 'parked');
CREATE INDEX job_running ON job (claimed_until) WHERE state = 'running';

CREATE TABLE idem (
  seq INTEGER PRIMARY KEY,
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  problem INTEGER NOT NULL,
  etag TEXT NOT NULL,
  location TEXT NOT NULL,
  retry_after_s INTEGER,
  body TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX idem_by_key ON idem (principal, key);
CREATE INDEX idem_by_created_at ON idem (created_at);

-- `email_key` and `name_key` are folded to one case.
CREATE TABLE user (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  name TEXT,
  email TEXT,
  email_key TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX user_by_email ON user (email_key) WHERE deleted = 0;

CREATE TABLE department (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX department_by_name ON department (name_key) WHERE deleted = 0;

CREATE TABLE membership (
  department_id BLOB NOT NULL REFERENCES department (id),
  position INTEGER NOT NULL,
  user_id BLOB NOT NULL REFERENCES user (id),
  PRIMARY KEY (department_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX membership_by_user ON membership (user_id, department_id);

CREATE TABLE directory_event (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  subject_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  command_id BLOB NOT NULL,
  time INTEGER NOT NULL,
  actor_type TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX directory_event_by_version ON directory_event (subject_id, version);
CREATE UNIQUE INDEX directory_event_by_command ON directory_event (subject_id, command_id);

-- Full text, written off the write path; its rowid is the ticket's number.
CREATE VIRTUAL TABLE ticket_search USING fts5 (title, text, tokenize = 'unicode61 remove_diacritics 2');

)sql";

} // namespace callboard::sqlite
