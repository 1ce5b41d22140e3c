#include "domain/classifier/latin_folding.hpp"

#include <array>

namespace callboard {
namespace {

constexpr std::string_view ascii_lower = "abcdefghijklmnopqrstuvwxyz";

/// One entry per code point from U+00C0 to U+017F (Latin-1 Supplement and Latin Extended-A).
constexpr std::array<std::string_view, 0x180 - 0xC0> latin_table{
  // U+00C0
  "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
  // U+00D0; × is no letter
  "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
  // U+00E0
  "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
  // U+00F0; ÷ is no letter
  "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
  // U+0100
  "a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
  // U+0110
  "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
  // U+0120
  "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
  // U+0130
  "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
  // U+0140
  "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
  // U+0150
  "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
  // U+0160
  "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
  // U+0170
  "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s"};

constexpr bool within(char32_t code_point, char32_t first, char32_t last) {
  return code_point >= first && code_point <= last;
}

} // namespace

std::string_view folded_letters(char32_t code_point) {
  if (within(code_point, 'a', 'z'))
    return ascii_lower.substr(code_point - 'a', 1);
  if (within(code_point, 'A', 'Z'))
    return ascii_lower.substr(code_point - 'A', 1);
  if (within(code_point, 0xC0, 0x17F))
    return latin_table[code_point - 0xC0];
  if (code_point == 0x1E9E)
    return "ss";
  return {};
}

bool is_foreign_letter(char32_t code_point) {
  return within(code_point, 0x370, 0x1FFF) || within(code_point, 0x2C80, 0x2DFF) || within(code_point, 0x3040, 0xD7FF)
         || within(code_point, 0xF900, 0xFAFF) || within(code_point, 0xFB1D, 0xFDFF)
         || within(code_point, 0xFE70, 0xFEFC) || within(code_point, 0x20000, 0x3FFFF);
}

bool is_ignorable(char32_t code_point) {
  return within(code_point, 0x300, 0x36F) || code_point == 0xAD || within(code_point, 0x200B, 0x200D)
         || code_point == '\'' || code_point == 0x2019 || code_point == 0x2BC;
}

bool is_emoji(char32_t code_point) {
  return within(code_point, 0x1F300, 0x1FAFF) || within(code_point, 0x2600, 0x27BF);
}

} // namespace callboard
