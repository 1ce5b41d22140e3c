#pragma once

#include <string_view>

namespace callboard::postgres {

/// When a ticket was changed last has a table of its own, with the indexes that lists in that order need: so that a message
/// changes no index of the tickets, and their row stays in its page (a heap-only tuple, for which there is room now). What is
/// deleted has no row. Found by the time, which the writer knows.
inline constexpr std::string_view ticket_change = R"sql(
CREATE TABLE ticket_change (
  ticket_id uuid NOT NULL,
  updated_at timestamptz NOT NULL,
  priority_rank smallint NOT NULL,
  status text COLLATE "C" NOT NULL
);
INSERT INTO ticket_change (ticket_id, updated_at, priority_rank, status)
SELECT id, updated_at, priority_rank, status FROM ticket WHERE NOT deleted;
CREATE UNIQUE INDEX ticket_change_by_time ON ticket_change (updated_at, ticket_id);
CREATE INDEX ticket_change_by_status_and_priority ON ticket_change (status, priority_rank, updated_at, ticket_id);
DROP INDEX ticket_by_updated_at;
DROP INDEX ticket_by_status_and_change;
ALTER TABLE ticket SET (fillfactor = 80);
)sql";

} // namespace callboard::postgres
