#pragma once

#include <string>
#include <string_view>

namespace callboard {

/// The text in one case, for comparing without regard to case. Unicode's simple mappings, whatever locale the process
/// runs in; SQLite's own `lower` knows ASCII alone.
std::string folded(std::string_view text);

/// Whether a code point can be part of a word.
bool is_word_character(char32_t code_point);

} // namespace callboard
