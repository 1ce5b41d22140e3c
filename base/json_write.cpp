#include "base/json_write.hpp"

#include "base/utf8.hpp"

namespace callboard {
namespace {

constexpr auto make_plain() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c)
    plain[c] = c != '"' && c != '\\' && c != 0x7f;
  return plain;
}
constexpr auto plain = make_plain();

void append_escaped(std::string& out, unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 15];
  }
}

} // namespace

std::string& json_scratch() {
  constexpr std::size_t kept_max = 64 * 1024;
  thread_local std::string scratch;
  if (scratch.capacity() > kept_max)
    std::string{}.swap(scratch); // nothing that is assigned gives memory back
  scratch.clear();
  return scratch;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  std::size_t at = 0;
  while (at < text.size()) {
    auto from = at;
    while (at < text.size() && plain[static_cast<unsigned char>(text[at])])
      ++at;
    out.append(text, from, at - from);
    if (at == text.size())
      break;
    auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      append_escaped(out, c);
      ++at;
      continue;
    }
    auto step = utf8_next(text, at);
    if (step.valid)
      out.append(text, at, step.size);
    else
      out += "\xef\xbf\xbd";
    at += step.size;
  }
  out += '"';
}

} // namespace callboard
