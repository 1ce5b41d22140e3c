#include "persistence/reply_owner.hpp"
#include "persistence/sqlite/batch.hpp"
#include "persistence/stored_rows.hpp"

namespace callboard::sqlite {

std::optional<stored_reply> reply_table::find(const principal& who, const std::string& key) {
  auto row = find_.query(reply_owner(who), key);
  return row.next() ? std::optional{reply_of_row(row)} : std::nullopt;
}

void reply_table::insert(const principal& who, const stored_reply& kept, timestamp time) {
  const auto& [key, hash] = kept.idempotency;
  const auto& r = kept.reply;
  insert_.exec(reply_owner(who), key, hash, time, r.status, r.problem, r.etag, r.location, r.retry_after_s, r.body);
}

} // namespace callboard::sqlite
