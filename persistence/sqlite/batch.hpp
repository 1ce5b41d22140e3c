#pragma once

#include "persistence/sqlite/statement.hpp"
#include "persistence/sqlite/write_sql.hpp"
#include "protocol/store.hpp"

namespace callboard::sqlite {

/// What one transaction knows of the store while it writes. Read at its begin, so that nothing is remembered from one
/// transaction to the next that a rollback would have to undo.
struct batch {
  std::int64_t last_feed_id = 0;
  std::int64_t id_ahead = 0; ///< see `meta`
  std::int64_t id_behind = 0;
};

inline journal_outcome stored_outcome() { return {}; }

inline journal_outcome outcome_of(journal_status status, std::string detail = {}) {
  return {status, std::move(detail), std::nullopt, {}, 0};
}

inline journal_outcome unknown_outcome(std::vector<std::string> unknown) {
  return {journal_status::unknown_reference, {}, std::nullopt, std::move(unknown), 0};
}

/// The feed: one thin row for each event, in the order of commits.
class feed_table {
public:
  explicit feed_table(const connection& db) : insert_(db, sql::insert_feed) {}

  /// Gives the id that the event shares as its `seq`.
  std::int64_t append(batch& b, timestamp time, feed_source source, const uuid_bytes& subject, std::int64_t version) {
    insert_.exec(++b.last_feed_id, time, source, subject, version);
    return b.last_feed_id;
  }

private:
  statement insert_;
};

/// Replies kept under their keys.
class reply_table {
public:
  explicit reply_table(const connection& db) : find_(db, sql::find_reply), insert_(db, sql::insert_reply) {}

  std::optional<stored_reply> find(const principal& who, const std::string& key);
  void insert(const principal& who, const stored_reply&, timestamp);

private:
  statement find_;
  statement insert_;
};

} // namespace callboard::sqlite
