#pragma once

#include "persistence/sqlite/statement.hpp"
#include "persistence/sqlite/write_sql.hpp"

namespace callboard::sqlite {

/// Whether somebody or something that a row is to name is there and not deleted. Asked within the writing transaction:
/// before it, the answer could be old by the time the row is written, and a deleted user would be named for ever.
class references {
public:
  explicit references(const connection& db)
      : user_there_(db, sql::user_is_there), department_there_(db, sql::department_is_there) {}

  bool has(const user_id& id) { return user_there_.query(id).next(); }
  bool has(const department_id& id) { return department_there_.query(id).next(); }

private:
  statement user_there_, department_there_;
};

} // namespace callboard::sqlite
