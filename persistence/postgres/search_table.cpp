#include "persistence/postgres/search_table.hpp"

#include "persistence/postgres/search_words.hpp"
#include "persistence/postgres/write_sql.hpp"

namespace callboard::postgres {
namespace {

/// At a character's begin.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80)
    --bytes_max;
  return text.substr(0, bytes_max);
}

} // namespace

search_columns search_columns_of(std::span<const search_entry> entries, std::size_t bytes_max) {
  array_parameter ids, titles, bodies;
  for (const auto& entry : entries) {
    if (entry.remove)
      continue;
    ids.add(entry.id);
    titles.add(search_text(entry.title));
    bodies.add(search_text(cut(entry.text, bytes_max)));
  }
  return {ids.take(), titles.take(), bodies.take()};
}

void save_search_entries(connection& db, std::span<const search_entry> entries) {
  auto save = [&](std::size_t bytes_max) {
    auto texts = search_columns_of(entries, bytes_max);
    db.ask(sql::save_search_entries, texts.ids, texts.titles, texts.bodies);
  };
  db.run("SAVEPOINT part");
  try {
    save(std::string::npos);
    db.run("RELEASE part");
    return;
  } catch (const sql_failure&) {
    db.run("ROLLBACK TO part; RELEASE part");
  }
  if (entries.size() <= 1)
    return save(indexed_bytes_min);
  save_search_entries(db, entries.first(entries.size() / 2));
  save_search_entries(db, entries.subspan(entries.size() / 2));
}

} // namespace callboard::postgres
