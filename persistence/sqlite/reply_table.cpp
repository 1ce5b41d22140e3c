#include "persistence/reply_owner.hpp"
#include "persistence/sqlite/batch.hpp"

namespace callboard::sqlite {

std::optional<stored_reply> reply_table::find(const principal& who, const std::string& key) {
  auto row = find_.query(reply_owner(who), key);
  if (!row.next())
    return std::nullopt;
  stored_reply found;
  found.idempotency = {row.get<std::string>(0), row.get<std::string>(1)};
  found.reply.status = row.get<int>(2);
  found.reply.problem = row.get<bool>(3);
  found.reply.etag = row.get<std::string>(4);
  found.reply.location = row.get<std::string>(5);
  found.reply.retry_after_s = row.get<std::optional<int>>(6);
  found.reply.body = row.get<std::string>(7);
  return found;
}

void reply_table::insert(const principal& who, const stored_reply& kept, timestamp time) {
  const auto& [key, hash] = kept.idempotency;
  const auto& r = kept.reply;
  insert_.exec(reply_owner(who), key, hash, time, r.status, r.problem, r.etag, r.location, r.retry_after_s, r.body);
}

} // namespace callboard::sqlite
