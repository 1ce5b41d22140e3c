#pragma once

#include "persistence/sqlite/batch.hpp"
#include "persistence/sqlite/job_table.hpp"
#include "persistence/sqlite/references.hpp"

namespace callboard::sqlite {

/// Tickets: the row, its tags, its events, and through them the feed.
class ticket_table {
public:
  ticket_table(const connection& db, feed_table& feed, job_table& jobs, references& named);

  /// Checks first and writes then: there is one writer, so between the two nothing can change, and an item that is
  /// refused has written nothing.
  journal_outcome write(batch&, const journal_item&, const ticket_write&);

private:
  /// What lists ask about, to see which indexes an update concerns.
  struct listed {
    bool deleted = false;
    std::string status;
    std::optional<user_id> assignee_id;
    std::optional<department_id> department;
    std::optional<user_id> created_by;
    std::optional<user_id> claimed_by;
    std::string tags;
    int priority_rank = 0;
    std::optional<std::string> category;
    std::string ai_status;

    bool operator==(const listed&) const = default;
    bool differs_in_advice_only(const listed&) const;
  };
  static listed listed_of(const ticket_state&);
  static listed listed_of(const rows&);

  /// What `after` names, `before` did not and is not there, by the members of the ticket.
  std::vector<std::string> unknown_in(const listed& before, const listed& after);
  bool command_known(const ticket_id&, const command_id&);
  journal_outcome insert(batch&, const journal_item&, const ticket_write&);
  journal_outcome update(const journal_item&, const ticket_write&);
  void update_row(std::int64_t number, const ticket_write&, const listed& before, const listed& after);
  void replace_tags(std::int64_t number, const ticket_write&, const std::string& before, const std::string& after);
  void insert_tags(std::int64_t number, const ticket&);
  std::int64_t append_events(batch&, const journal_item&, const ticket_write&);

  feed_table& feed_;
  job_table& jobs_;
  references& named_;
  statement insert_, find_, update_text_, update_advice_, update_all_, insert_tag_, delete_tags_, find_command_,
    insert_event_;
};

} // namespace callboard::sqlite
