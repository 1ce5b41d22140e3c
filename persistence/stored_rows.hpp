#pragma once

#include "protocol/queries.hpp"

// What both engines' statements give in the same columns. `Rows` is the engine's own: `get<T>(column)` reads a value.
namespace callboard {

template <class Rows>
user user_of(const Rows& row) {
  return {.id = row.template get<user_id>(0),
          .name = row.template get<std::optional<std::string>>(1),
          .email = row.template get<std::optional<std::string>>(2),
          .deleted = row.template get<bool>(3),
          .version = row.template get<std::int64_t>(4),
          .created_at = row.template get<timestamp>(5),
          .updated_at = row.template get<timestamp>(6)};
}

template <class Rows>
stored_reply reply_of_row(const Rows& row) {
  stored_reply found;
  found.idempotency = {row.template get<std::string>(0), row.template get<std::string>(1)};
  found.reply.status = row.template get<int>(2);
  found.reply.problem = row.template get<bool>(3);
  found.reply.etag = row.template get<std::string>(4);
  found.reply.location = row.template get<std::string>(5);
  found.reply.retry_after_s = row.template get<std::optional<int>>(6);
  found.reply.body = row.template get<std::string>(7);
  return found;
}

} // namespace callboard
