#include "base/ids.hpp"

#include <algorithm>
#include <random>

namespace callboard {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

constexpr bool dash_before(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

void put_big_endian(std::uint8_t* out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i, value >>= 8)
    out[i] = static_cast<std::uint8_t>(value);
}

std::mt19937_64 seeded_generator() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64{seed};
}

/// What a thread makes its ids of.
struct id_source {
  std::mt19937_64 random = seeded_generator();
  std::uint64_t last = 0;
  bool is_planned = false;
};

id_source& own_source() {
  thread_local id_source source;
  return source;
}

} // namespace

std::optional<uuid_bytes> parse_uuid(std::string_view text) {
  if (text.size() != 36)
    return std::nullopt;
  uuid_bytes bytes;
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i) && text[at++] != '-')
      return std::nullopt;
    int high = hex_value(text[at]);
    int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return bytes;
}

void append_uuid(std::string& out, const uuid_bytes& bytes) {
  char text[36];
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i))
      text[at++] = '-';
    text[at++] = hex_digits[bytes[i] >> 4];
    text[at++] = hex_digits[bytes[i] & 15];
  }
  out.append(text, sizeof text);
}

uuid_bytes make_uuid7() {
  auto& [random, last, is_planned] = own_source();
  // Milliseconds and a 12-bit fraction of one, as one growing number (RFC 9562, 6.2, method 3).
  auto micros = is_planned ? 0 : static_cast<std::uint64_t>(to_micros(now()));
  std::uint64_t stamp = (micros / 1000) << 12 | (micros % 1000) * 4096 / 1000;
  last = std::max(stamp, last + 1);
  uuid_bytes bytes;
  put_big_endian(bytes.data(), last >> 12, 6);
  put_big_endian(bytes.data() + 6, 0x7000 | (last & 0xfff), 2);
  put_big_endian(bytes.data() + 8, (random() & 0x3fff'ffff'ffff'ffff) | 0x8000'0000'0000'0000, 8);
  return bytes;
}

void plan_ids(std::uint64_t seed) {
  constexpr std::uint64_t some_day_ms = 1'767'225'600'000;
  own_source() = {std::mt19937_64{seed}, some_day_ms << 12, true};
}

} // namespace callboard
