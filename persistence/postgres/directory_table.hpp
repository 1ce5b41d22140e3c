#pragma once

#include "persistence/postgres/batch.hpp"

namespace callboard::postgres {

/// Users, departments, membership, and the record of their changes. Rare, so statement by statement, within the caller's
/// transaction: there is one writer, so between a check and its write nothing can change.
class directory_table {
public:
  directory_table(connection& db, frame& now) : db_(db), frame_(now) {}

  journal_outcome write(const journal_item&, const directory_write&);

private:
  struct members {
    std::vector<user_id> ids;
    std::int64_t last_position = 0;
  };
  journal_outcome save(const user&);
  journal_outcome save(const department&);
  members members_of(const department_id&);
  void save_members(const department&, const members& present);
  void save_row(const department&);
  void forget_in_history(const user_id&);
  /// The last place in the feed.
  std::int64_t leave_departments(const journal_item&, const user_id&);
  journal_outcome check_version(std::string_view find, const uuid_bytes& id, std::int64_t version,
                                std::int64_t expected);
  std::int64_t append_event(const journal_item&, const directory_write&, const uuid_bytes& subject,
                            std::int64_t version);

  connection& db_;
  frame& frame_;
};

} // namespace callboard::postgres
