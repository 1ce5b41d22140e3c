#include "http/cursor.hpp"

#include "base/digest.hpp"

namespace callboard::http {
namespace {

// mac (16 bytes) | payload. The kind goes into what is signed, so that one kind never passes for the other.
constexpr std::size_t mac_size = 16;
constexpr std::size_t cursor_size_max = 1'024;

std::string mac_of(std::string_view key, std::string_view kind, std::string_view binding, std::string_view payload) {
  std::string text{kind};
  text += to_hex(bytes_of(sha256(binding)));
  text += payload;
  auto whole = hmac_sha256(key, text);
  return std::string{bytes_of(whole).substr(0, mac_size)};
}

std::string seal(std::string_view key, std::string_view kind, std::string_view binding, std::string_view payload) {
  return to_base64url(mac_of(key, kind, binding, payload).append(payload));
}

std::optional<std::string> unseal(std::string_view key, std::string_view kind, std::string_view binding,
                                  std::string_view cursor) {
  if (cursor.size() > cursor_size_max)
    return std::nullopt;
  auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() < mac_size)
    return std::nullopt;
  auto payload = std::string_view{*bytes}.substr(mac_size);
  if (!equal_constant_time(std::string_view{*bytes}.substr(0, mac_size), mac_of(key, kind, binding, payload)))
    return std::nullopt;
  return std::string{payload};
}

constexpr std::string_view list_kind = "list:";
constexpr std::string_view feed_kind = "feed:";

void append_int64(std::string& out, std::int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff);
}

std::int64_t int64_at(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<std::int64_t>(value);
}

} // namespace

std::string make_list_cursor(std::string_view key, std::string_view binding, std::string_view next) {
  return seal(key, list_kind, binding, next);
}

std::optional<std::string> read_list_cursor(std::string_view key, std::string_view binding, std::string_view cursor) {
  return unseal(key, list_kind, binding, cursor);
}

std::string make_feed_cursor(std::string_view key, const feed_position& position) {
  std::string payload;
  append_int64(payload, position.epoch);
  append_int64(payload, position.feed_id);
  return seal(key, feed_kind, {}, payload);
}

std::optional<feed_position> read_feed_cursor(std::string_view key, std::string_view cursor) {
  auto payload = unseal(key, feed_kind, {}, cursor);
  if (!payload || payload->size() != 16)
    return std::nullopt;
  return feed_position{int64_at(*payload, 0), int64_at(*payload, 8)};
}

} // namespace callboard::http
