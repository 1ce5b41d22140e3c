#include "persistence/postgres/shared_store.hpp"

#include "persistence/postgres/write_sql.hpp"

namespace callboard::postgres {

void replace_session(std::optional<connection>& db, const shared_store& shared, connection_use use) {
  db.reset();
  connection fresh{shared.settings, use};
  fresh.query(sql::end_other_sessions);
  // A session that hangs in a flush to its disk does not hear that it is to end.
  if (fresh.query(sql::find_other_session).next())
    throw store_failure("an earlier session of this process is still at work in PostgreSQL", false);
  db.emplace(std::move(fresh));
}

} // namespace callboard::postgres
