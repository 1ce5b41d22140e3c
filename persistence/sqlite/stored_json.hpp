#pragma once

#include "base/json_read.hpp"
#include "persistence/sqlite/statement.hpp"
#include "protocol/queries.hpp"

#include <fmt/format.h>

// From rows to the things of the domain.
namespace callboard::sqlite {

/// Stored JSON. It was ours when it was written, so what cannot be read means that the store is damaged.
template <class T>
T stored_json(std::string_view text, std::string_view what) {
  auto value = from_json_text<T>(text, read_as::stored);
  if (value)
    return std::move(*value);
  const auto& why = value.error();
  auto where = why.errors.empty() ? why.detail : fmt::format("{} {}", why.errors[0].pointer, why.errors[0].detail);
  throw store_failure(fmt::format("the store holds a {} that cannot be read: {}", what, where), false);
}

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
