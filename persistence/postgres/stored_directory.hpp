#pragma once

#include "persistence/postgres/connection.hpp"
#include "protocol/queries.hpp"

namespace callboard::postgres {

/// The members come as one text, their ids one after the other with a blank between.
inline department department_of(const rows& row) {
  department found{.id = row.get<department_id>(0),
                   .name = row.get<std::string>(1),
                   .members = {},
                   .deleted = row.get<bool>(2),
                   .version = row.get<std::int64_t>(3),
                   .created_at = row.get<timestamp>(4),
                   .updated_at = row.get<timestamp>(5)};
  constexpr std::size_t width = 36;
  auto members = row.get<std::optional<std::string>>(6).value_or("");
  for (std::size_t at = 0; at < members.size(); at += width + 1)
    if (auto id = user_id::parse(std::string_view{members}.substr(at, width)))
      found.members.push_back(*id);
  return found;
}

} // namespace callboard::postgres
