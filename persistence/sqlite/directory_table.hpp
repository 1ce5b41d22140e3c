#pragma once

#include "persistence/sqlite/batch.hpp"
#include "persistence/sqlite/job_table.hpp"
#include "persistence/sqlite/references.hpp"

namespace callboard::sqlite {

/// Users, departments, membership, and the record of their changes.
class directory_table {
public:
  directory_table(const connection& db, feed_table& feed, job_table& jobs, references& named);

  journal_outcome write(batch&, const journal_item&, const directory_write&);

private:
  struct members {
    std::vector<user_id> ids;
    std::int64_t last_position = 0;
  };
  journal_outcome save(const user&, const directory_write&);
  journal_outcome save(const department&, const directory_write&);
  members members_of(const department_id&);
  void save_members(const department&, const members& present);
  void rewrite_members(const department&);
  /// The last place in the feed.
  std::int64_t leave_departments(batch&, const journal_item&, const user_id&);
  journal_outcome check_version(statement& find, const uuid_bytes& id, std::int64_t version, std::int64_t expected);
  std::int64_t append_event(batch&, const journal_item&, const directory_write&, const uuid_bytes& subject,
                            std::int64_t version);

  feed_table& feed_;
  job_table& jobs_;
  references& named_;
  statement find_user_, find_email_, save_user_, departments_of_user_, forget_history_, find_department_, find_name_,
    find_ticket_, save_department_, list_members_, delete_members_, insert_member_, find_command_, insert_event_;
};

} // namespace callboard::sqlite
