#include "persistence/postgres/indexer.hpp"

#include "base/failpoint.hpp"
#include "persistence/postgres/search_table.hpp"
#include "persistence/postgres/write_sql.hpp"

namespace callboard::postgres {
namespace {

/// Of texts that one transaction makes words of: as long as it writes, the feed does not go on.
constexpr std::size_t part_bytes_max = 1024 * 1024;

std::size_t size_of_part(std::span<const search_entry> entries) {
  std::size_t bytes = 0;
  std::size_t size = 0;
  while (size < entries.size() && (size == 0 || bytes + entries[size].text.size() <= part_bytes_max))
    bytes += entries[size++].text.size();
  return size;
}

} // namespace

void indexer::index(const index_search& found) {
  if (!db_ || !db_->is_alive())
    replace_session(db_, *shared_, connection_use::indexer);
  std::span<const search_entry> rest = found.entries;
  for (auto size = size_of_part(rest); size < rest.size(); size = size_of_part(rest)) {
    write(rest.first(size), 0);
    rest = rest.subspan(size);
  }
  write(rest, found.feed_id);
}

/// What the server refuses, or does not get done in time, is halved until the text is found that is too much; the position
/// comes with the last part.
void indexer::write(std::span<const search_entry> entries, std::int64_t feed_id) {
  bool alone = entries.size() <= 1;
  try {
    return write_now(entries, feed_id, std::string::npos);
  } catch (const sql_failure&) {
    if (entries.empty())
      throw;
  } catch (const took_too_long&) {
    if (alone)
      throw;
  }
  if (alone)
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
  hit_failpoint("store.before_commit", "index");
  auto row = db_->ask(sql::write_index, shared_->hold->node(), shared_->hold->epoch(), texts.ids, texts.titles,
                      texts.bodies, removed.take(), feed_id);
  hit_failpoint("store.after_commit", "index");
  if (row.next() && row.get<std::int64_t>(0) == 0)
    throw store_failure(std::string{deposed}, false);
}

} // namespace callboard::postgres
