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
#include "persistence/postgres/migrations/0008_closed_sets.hpp"
#include "persistence/postgres/schema_parts.hpp"

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
  migration{8, "closed_sets", closed_sets},
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

// A dump that was restored halfway lacks what comes late in it: indexes, or what makes those of the days one.
constexpr std::string_view missing_parts = R"sql(
  SELECT string_agg(part, ', ') FROM regexp_split_to_table(btrim($1, E' \n'), '\s+') AS part
  WHERE to_regclass('callboard.' || part) IS NULL AND to_regproc('callboard.' || part) IS NULL
        OR EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('callboard.' || part) AND NOT indisvalid))sql";
constexpr std::string_view count_meta = "SELECT count(*) FROM callboard.callboard_meta";

void refuse_incomplete(connection& db) {
  auto missing = db.ask(missing_parts, schema_parts);
  if (missing.next() && !missing.is_null(0))
    throw store_open_error(
      fmt::format("The store lacks {}, or has it in part: it was restored or changed only in part; make that anew, or "
                  "restore a backup as a whole.",
                  missing.get<std::string_view>(0)));
  auto about = db.query(count_meta);
  about.next();
  if (about.get<int>(0) != 1)
    throw store_open_error("The store has lost the row that it keeps about itself; restore a backup.");
}

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
  const auto newest = all_migrations.back().number;
  auto before = schema_version(db);
  if (before >= newest)
    refuse_incomplete(db);
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
  if (last >= newest)
    refuse_incomplete(db);
  return before;
}

} // namespace callboard::postgres
