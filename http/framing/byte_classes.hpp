#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Which bytes may stand where, as one table lookup each. Sources: RFC 9110 section 5.6, RFC 9112, RFC 3986 section 3.
namespace callboard::http {

enum byte_class : std::uint8_t {
  token_byte = 1 << 0,  // tchar: methods, field names
  text_byte = 1 << 1,   // field-vchar, obs-text, space, tab: what a line may hold at all
  target_byte = 1 << 2, // pchar, '/' and '?', without '%', which needs two digits after it
  host_byte = 1 << 3,   // letters, digits, '-', '.', '_': the names we answer to
  digit_byte = 1 << 4,
  hex_byte = 1 << 5,
};

namespace detail {

constexpr std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> table{};
  auto add = [&table](std::string_view bytes, unsigned classes) {
    for (char c : bytes)
      table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(classes);
  };
  for (std::size_t i = 0x20; i < 256; ++i)
    if (i != 0x7f)
      table[i] |= text_byte;
  add("\t", text_byte);
  add("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", token_byte | target_byte | host_byte);
  add("0123456789", token_byte | target_byte | host_byte | digit_byte | hex_byte);
  add("ABCDEFabcdef", hex_byte);
  add("!#$%&'*+-.^_`|~", token_byte);
  add("-._~!$&'()*+,;=:@/?", target_byte);
  add("-._", host_byte);
  return table;
}

constexpr std::array<char, 256> make_lower_case() {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 256; ++i)
    table[i] = static_cast<char>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
  return table;
}

inline constexpr auto byte_classes = make_byte_classes();
inline constexpr auto lower_case = make_lower_case();

} // namespace detail

constexpr bool is(byte_class which, char c) {
  return (detail::byte_classes[static_cast<unsigned char>(c)] & which) != 0;
}

constexpr char to_lower(char c) { return detail::lower_case[static_cast<unsigned char>(c)]; }

/// ASCII only, whatever the locale.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i]))
      return false;
  return true;
}

/// The index of the first byte at or after `from` that is not of the class.
constexpr std::size_t run_end(byte_class which, std::string_view text, std::size_t from) {
  while (from < text.size() && is(which, text[from]))
    ++from;
  return from;
}

constexpr bool is_token(std::string_view text) { return !text.empty() && run_end(token_byte, text, 0) == text.size(); }

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Without optional white space (OWS) at both ends.
constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace callboard::http
