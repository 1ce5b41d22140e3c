#include "persistence/postgres/indexer.hpp"

#include "base/failpoint.hpp"
#include "persistence/postgres/search_table.hpp"
#include "persistence/postgres/write_sql.hpp"

namespace callboard::postgres {

void indexer::index(const index_search& found) {
  if (!db_ || !db_->is_alive())
    replace_session(db_, *shared_, connection_use::indexer);
  write(found.entries, found.feed_id);
}

/// What the server refuses is halved until the text is found that is too long; the position comes with the last part.
void indexer::write(std::span<const search_entry> entries, std::int64_t feed_id) {
  try {
    return write_now(entries, feed_id, std::string::npos);
  } catch (const sql_failure&) {
    if (entries.empty())
      throw;
  }
  if (entries.size() == 1)
    return write_now(entries, feed_id, indexed_bytes_min);
  write(entries.first(entries.size() / 2), 0);
  write(entries.subspan(entries.size() / 2), feed_id);
}

void indexer::write_now(std::span<const search_entry> entries, std::int64_t feed_id, std::size_t bytes_max) {
  array_parameter removed;
  for (const auto& entry : entries)
    if (entry.remove)
      removed.add(entry.id);
  auto texts = search_columns_of(entries, bytes_max);
  hit_failpoint("store.before_commit");
  auto row = db_->ask(sql::write_index, shared_->hold->node(), shared_->hold->epoch(), texts.ids, texts.titles,
                      texts.bodies, removed.take(), feed_id);
  hit_failpoint("store.after_commit");
  if (row.next() && row.get<std::int64_t>(0) == 0)
    throw store_failure(std::string{deposed}, false);
}

} // namespace callboard::postgres
