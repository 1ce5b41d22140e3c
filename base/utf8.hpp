#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace callboard {

/// One decoded code point. `size` is 0 at the end; an invalid sequence gives `valid = false` and `size = 1`.
struct utf8_step {
  char32_t code_point = 0;
  std::uint8_t size = 0;
  bool valid = true;
};

/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
utf8_step utf8_next(std::string_view text, std::size_t at);

bool is_utf8(std::string_view text);

/// Code points in valid UTF-8; each invalid byte counts as one.
std::size_t utf8_length(std::string_view text);

} // namespace callboard
