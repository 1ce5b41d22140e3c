#pragma once

#include <string_view>

namespace callboard::postgres {

/// What the database was when the store was last taken: in a restored or promoted one, places in the feed may be used again.
inline constexpr std::string_view origin = R"sql(
ALTER TABLE callboard_meta ADD COLUMN origin text COLLATE "C" NOT NULL DEFAULT '';
)sql";

} // namespace callboard::postgres
