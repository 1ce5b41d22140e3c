#include "persistence/postgres/search_table.hpp"

#include "persistence/postgres/search_words.hpp"
#include "persistence/postgres/write_sql.hpp"

namespace callboard::postgres {
namespace {

/// A vector of words has at most 1 MiB; what is longer is indexed as far as this, which always fits.
constexpr std::size_t indexed_bytes_min = 64 * 1024;

/// At a character's begin.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80)
    --bytes_max;
  return text.substr(0, bytes_max);
}

void save(connection& db, std::span<const search_entry> entries, std::size_t bytes_max) {
  array_parameter ids, titles, texts;
  for (const auto& entry : entries) {
    if (entry.remove)
      continue;
    ids.add(entry.id);
    titles.add(search_text(entry.title));
    texts.add(search_text(cut(entry.text, bytes_max)));
  }
  db.ask(sql::save_search_entries, ids.take(), titles.take(), texts.take());
}

} // namespace

void save_search_entries(connection& db, std::span<const search_entry> entries) {
  db.run("SAVEPOINT part");
  try {
    save(db, entries, std::string::npos);
  } catch (const sql_failure&) {
    db.run("ROLLBACK TO part");
    save(db, entries, indexed_bytes_min);
  }
}

} // namespace callboard::postgres
