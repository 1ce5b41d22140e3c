#pragma once

#include "base/utf8.hpp"

namespace callboard::postgres {

/// Whether PostgreSQL can hold a text. What it cannot hold is in no row: a question for it finds nothing, instead of
/// being refused by the server (or cut at its zero byte on the way there).
inline bool storable(std::string_view text) { return text.find('\0') == std::string_view::npos && is_utf8(text); }

} // namespace callboard::postgres
