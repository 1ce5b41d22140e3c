#include "persistence/postgres/origin.hpp"

namespace callboard::postgres {
namespace {

// A restored table has another oid, what was recovered another timeline.
constexpr std::string_view look_at_tables = R"sql(
  SELECT concat_ws('/', (SELECT oid FROM pg_database WHERE datname = current_database()),
                   'callboard_meta'::regclass::oid))sql";
constexpr std::string_view look_at_cluster = "SELECT system_identifier::text FROM pg_control_system()";
constexpr std::string_view look_at_timeline = "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)";

} // namespace

std::string origin_of(connection& db) {
  std::string origin;
  for (auto question : {look_at_cluster, look_at_timeline, look_at_tables}) {
    try {
      auto row = db.query(question);
      row.next();
      origin += row.get<std::string_view>(0);
    } catch (const connection_lost&) {
      throw;
    } catch (const store_failure&) {
      origin += '?';
    }
    origin += '/';
  }
  return origin;
}

} // namespace callboard::postgres
