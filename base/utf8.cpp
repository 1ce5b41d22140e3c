#include "base/utf8.hpp"

namespace callboard {
namespace {

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

char32_t tail_bits(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]) & 0x3fu; }

constexpr utf8_step invalid{0xfffd, 1, false};

} // namespace

utf8_step utf8_next(std::string_view text, std::size_t at) {
  if (at >= text.size())
    return {};
  auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80)
    return {lead, 1, true};
  if (lead < 0xc2)
    return invalid;
  if (lead < 0xe0) {
    if (!continues(text, at + 1))
      return invalid;
    return {(lead & 0x1fu) << 6 | tail_bits(text, at + 1), 2, true};
  }
  if (lead < 0xf0) {
    if (!continues(text, at + 1) || !continues(text, at + 2))
      return invalid;
    char32_t point = (lead & 0x0fu) << 12 | tail_bits(text, at + 1) << 6 | tail_bits(text, at + 2);
    if (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))
      return invalid;
    return {point, 3, true};
  }
  if (lead < 0xf5) {
    if (!continues(text, at + 1) || !continues(text, at + 2) || !continues(text, at + 3))
      return invalid;
    char32_t point =
      (lead & 0x07u) << 18 | tail_bits(text, at + 1) << 12 | tail_bits(text, at + 2) << 6 | tail_bits(text, at + 3);
    if (point < 0x10000 || point > 0x10ffff)
      return invalid;
    return {point, 4, true};
  }
  return invalid;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto step = utf8_next(text, at);
    if (!step.valid)
      return false;
    at += step.size;
  }
  return true;
}

std::size_t utf8_length(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++length)
    at += utf8_next(text, at).size;
  return length;
}

} // namespace callboard
