#include "persistence/sqlite/migrate.hpp"

#include "base/digest.hpp"
#include "base/time.hpp"
#include "persistence/open_store.hpp"
#include "persistence/sqlite/migrations/0001_first_schema.hpp"
#include "persistence/sqlite/migrations/0002_user_by_name.hpp"
#include "persistence/sqlite/migrations/0003_ticket_by_status_and_priority.hpp"
#include "persistence/sqlite/migrations/0004_suspect_jobs.hpp"
#include "persistence/sqlite/statement.hpp"

#include <fmt/format.h>

#include <array>

namespace callboard::sqlite {
namespace {

constexpr std::array all_migrations{
  migration{1, "first_schema", first_schema},
  migration{2, "user_by_name", user_by_name},
  migration{3, "ticket_by_status_and_priority", ticket_by_status_and_priority},
  migration{4, "suspect_jobs", suspect_jobs},
};

constexpr std::string_view create_migration_table = R"sql(
  CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL
  ) STRICT
)sql";

// PRAGMA takes no parameters; these are compiled in, and a test compares them with the constants they stand for.
constexpr std::string_view mark_as_ours = "PRAGMA application_id = 1128428132";
constexpr std::array mark_schema_version{
  std::string_view{"PRAGMA user_version = 1"}, std::string_view{"PRAGMA user_version = 2"},
  std::string_view{"PRAGMA user_version = 3"}, std::string_view{"PRAGMA user_version = 4"}};
static_assert(mark_schema_version.size() == all_migrations.size());

/// A store is made with its secret and the number that tells it from others.
void create_identity(connection& db) {
  statement insert{db, "INSERT INTO meta (only_row, created_at, cursor_key, feed_epoch) VALUES (1, ?, ?, ?)"
                       " ON CONFLICT DO NOTHING"};
  auto time = now();
  auto secret = random_bytes(32);
  insert.exec(time, blob{secret}, to_micros(time));
}

void apply(connection& db, const migration& step) {
  transaction work{db};
  db.run(step.script);
  statement note{db, "INSERT INTO schema_migration (number, name, applied_at) VALUES (?, ?, ?)"};
  note.exec(step.number, step.name, now());
  if (step.number == 1)
    create_identity(db);
  db.run(mark_schema_version.at(static_cast<std::size_t>(step.number - 1)));
  work.commit();
}

} // namespace

std::span<const migration> migrations() { return all_migrations; }

int schema_version(connection& db) {
  auto id = db.number("PRAGMA application_id");
  auto version = static_cast<int>(db.number("PRAGMA user_version"));
  bool empty = db.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (id == application_id || (empty && id == 0 && version == 0))
    return version;
  throw store_open_error("The file is an SQLite database of another program; point store.url at another file.");
}

int migrate(connection& db) {
  auto version = schema_version(db);
  auto newest = all_migrations.back().number;
  if (version > newest)
    throw store_open_error(fmt::format("The store has schema {}, this binary knows {} at most; run the newer Callboard "
                                       "that wrote it, or restore a backup from before.",
                                       version, newest));
  if (version == newest)
    return version;
  db.run(mark_as_ours);
  db.run(create_migration_table);
  for (const auto& step : all_migrations)
    if (step.number > version)
      apply(db, step);
  return version;
}

} // namespace callboard::sqlite
