#pragma once

#include <string_view>

namespace callboard::sqlite {

/// What is rare among the newest of a status, a priority above all, is read without passing by the others: by id, and
/// by the last change.
inline constexpr std::string_view ticket_by_status_and_priority = R"sql(
CREATE INDEX ticket_by_status_and_priority ON ticket (status, priority_rank, id) WHERE deleted = 0;
CREATE INDEX ticket_by_status_and_change ON ticket (status, priority_rank, updated_at, id) WHERE deleted = 0;
)sql";

} // namespace callboard::sqlite
