#pragma once

#include "persistence/sqlite/statement.hpp"
#include "protocol/queries.hpp"

namespace callboard::sqlite {

inline user user_of(const rows& row) {
  return {.id = row.get<user_id>(0),
          .name = row.get<std::optional<std::string>>(1),
          .email = row.get<std::optional<std::string>>(2),
          .deleted = row.get<bool>(3),
          .version = row.get<std::int64_t>(4),
          .created_at = row.get<timestamp>(5),
          .updated_at = row.get<timestamp>(6)};
}

} // namespace callboard::sqlite
