#include "http/framing/authority.hpp"

#include "http/framing/byte_classes.hpp"

namespace callboard::http {
namespace {

/// 0 to `max` in at most `digits_max` digits, with nothing else around.
bool is_number_up_to(std::string_view text, std::size_t digits_max, unsigned max) {
  if (text.empty() || text.size() > digits_max)
    return false;
  unsigned value = 0;
  for (char c : text) {
    if (!is(digit_byte, c))
      return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= max;
}

/// One of the four numbers of an IPv4 address; no leading zero, which some read as octal.
bool is_octet(std::string_view text) {
  return is_number_up_to(text, 3, 255) && (text.size() == 1 || text.front() != '0');
}

bool is_ipv4_address(std::string_view text) {
  for (int dots = 0; dots < 3; ++dots) {
    auto dot = text.find('.');
    if (dot == std::string_view::npos || !is_octet(text.substr(0, dot)))
      return false;
    text.remove_prefix(dot + 1);
  }
  return is_octet(text);
}

bool is_port_suffix(std::string_view text) {
  if (text.empty() || text == ":")
    return true;
  return text.front() == ':' && is_number_up_to(text.substr(1), 5, 65535);
}

bool is_bracketed(std::string_view text) {
  auto end = text.find(']');
  return end != std::string_view::npos && is_ipv6_address(text.substr(1, end - 1))
         && is_port_suffix(text.substr(end + 1));
}

} // namespace

bool is_ipv6_address(std::string_view text) {
  bool shortened = text.starts_with("::");
  std::size_t at = shortened ? 2 : 0;
  int groups = 0;
  // The sum of groups is checked once, at the end: eight, or at most seven beside "::".
  while (at < text.size()) {
    auto end = run_end(hex_byte, text, at);
    if (end < text.size() && text[end] == '.') {
      if (!is_ipv4_address(text.substr(at)))
        return false;
      groups += 2;
      break;
    }
    if (end == at || end - at > 4)
      return false;
    ++groups;
    at = end;
    if (at == text.size())
      break;
    if (text[at] != ':' || ++at == text.size())
      return false;
    if (text[at] == ':') {
      if (shortened)
        return false;
      shortened = true;
      ++at;
    }
  }
  return shortened ? groups <= 7 : groups == 8;
}

bool is_authority(std::string_view text) {
  if (text.starts_with('['))
    return is_bracketed(text);
  auto end = run_end(host_byte, text, 0);
  return end != 0 && is_port_suffix(text.substr(end));
}

} // namespace callboard::http
