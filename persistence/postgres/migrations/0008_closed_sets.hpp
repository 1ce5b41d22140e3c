#pragma once

#include <string_view>

namespace callboard::postgres {

/// The sets of names that were still only kept by the program that writes them.
inline constexpr std::string_view closed_sets = R"sql(
ALTER TABLE ticket_event ADD CONSTRAINT ticket_event_type_check CHECK (type IN (
  'ticket.created', 'ticket.changed', 'ticket.status_changed', 'ticket.assigned', 'ticket.claimed', 'ticket.released',
  'ticket.deleted', 'ticket.creator_forgotten', 'message.added', 'ai.classified', 'ai.cancelled'));
ALTER TABLE directory_event ADD CONSTRAINT directory_event_type_check CHECK (type IN (
  'user.created', 'user.changed', 'user.deleted', 'department.created', 'department.changed', 'department.deleted',
  'department.member_added', 'department.member_removed'));
ALTER TABLE ticket_count ADD CONSTRAINT ticket_count_status_check
  CHECK (status IN ('open', 'in_progress', 'waiting', 'resolved', 'closed'));
ALTER TABLE ticket_change ADD CONSTRAINT ticket_change_status_check
  CHECK (status IN ('open', 'in_progress', 'waiting', 'resolved', 'closed'));
ALTER TABLE ticket_change ADD CONSTRAINT ticket_change_priority_rank_check CHECK (priority_rank BETWEEN 0 AND 4);
ALTER TABLE ticket_search ADD CONSTRAINT ticket_search_language_check
  CHECK (language IN ('simple', 'english', 'german', 'spanish'));
)sql";

} // namespace callboard::postgres
