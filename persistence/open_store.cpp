#include "persistence/open_store.hpp"

#include "persistence/copy/copy_store.hpp"
#include "persistence/postgres/address.hpp"
#include "persistence/postgres/engine.hpp"
#include "persistence/sqlite/engine.hpp"

#include <fmt/format.h>

namespace callboard {
namespace {

/// The path after `sqlite:`; every other scheme is refused by name.
std::filesystem::path sqlite_path(const std::string& url) {
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme))
    throw store_open_error("store.url names no engine that this version has; use sqlite:<path>, such as "
                           "sqlite:var/callboard.db, or postgres://user@host/database.");
  auto path = url.substr(scheme.size());
  if (path.empty() || path == ":memory:")
    throw store_open_error("store.url must name a file after sqlite:, such as sqlite:var/callboard.db.");
  return path;
}

} // namespace

std::unique_ptr<store_engine> open_store(const config::store_settings& settings, const open_options& options) {
  if (postgres::is_postgres_url(settings.url))
    return postgres::open_engine(settings, options);
  return sqlite::open_engine(sqlite_path(settings.url), settings, options);
}

migration_report migrate_store(const config::store_settings& settings, const open_options& options) {
  if (postgres::is_postgres_url(settings.url))
    return postgres::migrate_database(settings, options);
  return sqlite::migrate_file(sqlite_path(settings.url), options);
}

std::unique_ptr<copy_source> open_copy_source(const config::store_settings& settings, const open_options& options) {
  if (postgres::is_postgres_url(settings.url))
    throw store_open_error("A store is copied from sqlite:<path>; copying from PostgreSQL is not there yet.");
  return sqlite::open_source(sqlite_path(settings.url), settings, options);
}

std::unique_ptr<copy_target> open_copy_target(const config::store_settings& settings, const open_options& options) {
  if (!postgres::is_postgres_url(settings.url))
    throw store_open_error("A store is copied to postgres://user@host/database; name it by --to or by store.url.");
  return postgres::open_target(settings, options);
}

} // namespace callboard
