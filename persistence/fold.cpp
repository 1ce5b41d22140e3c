#include "persistence/fold.hpp"

#include "base/utf8.hpp"

#include <clocale>
#include <cwctype>

#include <locale.h>

namespace callboard {
namespace {

/// Debian's C.UTF-8 is always there; without it only ASCII is folded.
locale_t unicode() {
  static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return made;
}

char32_t lowered(char32_t c) {
  if (c < 0x80)
    return c >= U'A' && c <= U'Z' ? c + 32 : c;
  return unicode() == nullptr ? c : static_cast<char32_t>(::towlower_l(static_cast<wint_t>(c), unicode()));
}

void append_utf8(std::string& out, char32_t c) {
  auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

} // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto step = utf8_next(text, at);
    if (step.valid)
      append_utf8(out, lowered(step.code_point));
    else
      out += text[at];
    at += step.size;
  }
  return out;
}

bool is_word_character(char32_t c) {
  if (c < 0x80)
    return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  return unicode() == nullptr || ::iswalnum_l(static_cast<wint_t>(c), unicode()) != 0;
}

} // namespace callboard
