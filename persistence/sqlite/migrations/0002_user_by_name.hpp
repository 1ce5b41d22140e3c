#pragma once

#include <string_view>

namespace callboard::sqlite {

/// Users are found by their exact name, the oldest first: the id stands behind the name in the index.
inline constexpr std::string_view user_by_name = R"sql(
CREATE INDEX user_by_name ON user (name) WHERE deleted = 0;
)sql";

} // namespace callboard::sqlite
