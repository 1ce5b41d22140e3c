#include "persistence/postgres/migrate.hpp"

#include "base/digest.hpp"
#include "persistence/open_store.hpp"
#include "persistence/postgres/migrations/0001_first_schema.hpp"
#include "persistence/postgres/migrations/0002_store_copy.hpp"
#include "persistence/postgres/migrations/0003_ticket_by_status_and_priority.hpp"
#include "persistence/postgres/migrations/0004_accents_by_need.hpp"
#include "persistence/postgres/migrations/0005_suspect_jobs.hpp"
#include "persistence/postgres/migrations/0006_ticket_change.hpp"
#include "persistence/postgres/migrations/0007_origin.hpp"

#include <fmt/format.h>

#include <array>

namespace callboard::postgres {
namespace {

constexpr std::array all_migrations{
  migration{1, "first_schema", first_schema},
  migration{2, "store_copy", store_copy},
  migration{3, "ticket_by_status_and_priority", ticket_by_status_and_priority},
  migration{4, "accents_by_need", accents_by_need},
  migration{5, "suspect_jobs", suspect_jobs},
  migration{6, "ticket_change", ticket_change},
  migration{7, "origin", origin},
};

constexpr std::string_view look = R"sql(
  SELECT to_regnamespace('callboard') IS NOT NULL, to_regclass('callboard.schema_migration') IS NOT NULL,
         EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('callboard')),
         current_setting('server_encoding'))sql";

constexpr std::string_view create_migration_table = R"sql(
  CREATE SCHEMA IF NOT EXISTS callboard;
  CREATE TABLE IF NOT EXISTS callboard.schema_migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  ))sql";

constexpr std::string_view newest_migration =
  "SELECT coalesce(max(number), 0), count(*) FROM callboard.schema_migration";
constexpr std::string_view note_migration = "INSERT INTO schema_migration (number, name) VALUES ($1, $2)";

// Who starts at the same time waits here. The number is only Callboard's own: "CBrd".
constexpr std::string_view one_at_a_time = "SELECT pg_advisory_xact_lock(1128428132, 1)";

// A store is made with its secret and the number that tells it from others.
constexpr std::string_view create_identity = R"sql(
  INSERT INTO callboard_meta (cursor_key, feed_epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING)sql";

int newest_of(connection& db) {
  auto row = db.query(newest_migration);
  row.next();
  auto number = row.get<int>(0);
  if (row.get<int>(1) != number)
    throw store_open_error("The store's list of schema steps has a gap, so somebody has changed it by hand; restore a "
                           "backup.");
  auto known = all_migrations.back().number;
  if (number > known)
    throw store_open_error(fmt::format("The store has schema {}, this binary knows {} at most; run the newer Callboard "
                                       "that wrote it, or restore a backup from before.",
                                       number, known));
  return number;
}

/// False when another process has applied it meanwhile.
bool apply(connection& db, const migration& step) {
  transaction work{db};
  db.query(one_at_a_time);
  if (newest_of(db) >= step.number)
    return false;
  db.run(step.script);
  db.ask(note_migration, step.number, step.name);
  if (step.number == 1)
    db.ask(create_identity, blob{random_bytes(32)}, to_micros(now()));
  work.commit();
  return true;
}

} // namespace

std::span<const migration> migrations() { return all_migrations; }

int schema_version(connection& db) {
  auto row = db.query(look);
  row.next();
  if (row.get<std::string>(3) != "UTF8")
    throw store_open_error(
      fmt::format("The database has the encoding {}; create one with ENCODING 'UTF8'.", row.get<std::string>(3)));
  if (row.get<bool>(1))
    return newest_of(db);
  if (row.get<bool>(2))
    throw store_open_error(
      "The database has a schema named callboard that is not Callboard's; point store.url at another "
      "database.");
  return 0;
}

int migrate(connection& db, int last) {
  auto before = schema_version(db);
  if (before >= last)
    return before;
  {
    transaction work{db};
    db.query(one_at_a_time);
    db.run(create_migration_table);
    work.commit();
  }
  for (const auto& step : all_migrations)
    if (step.number > before && step.number <= last)
      apply(db, step);
  return before;
}

} // namespace callboard::postgres
