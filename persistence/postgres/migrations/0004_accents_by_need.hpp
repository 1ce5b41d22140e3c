#pragma once

#include <string_view>

namespace callboard::postgres {

/// A text of ASCII alone has no accents: to look for some was nearly half the work of making its words.
inline constexpr std::string_view accents_by_need = R"sql(
CREATE OR REPLACE FUNCTION without_accents(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN octet_length($1) = char_length($1) THEN $1
              ELSE normalize(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g'), NFC) END;
)sql";

} // namespace callboard::postgres
