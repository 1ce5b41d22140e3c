#pragma once

#include "base/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace callboard {

using uuid_bytes = std::array<std::uint8_t, 16>;

/// Reads the 36-character form, hexadecimal in either case; nothing else.
std::optional<uuid_bytes> parse_uuid(std::string_view);
void append_uuid(std::string& out, const uuid_bytes&);

/// A fresh UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 12 bits that grow within one thread's millisecond,
/// then 62 random bits. Ids made by one thread are strictly increasing.
uuid_bytes make_uuid7();

/// From here on the ids of this thread follow from the seed alone, so that a simulation can be run again to the byte.
void plan_ids(std::uint64_t seed);

/// An id of one kind of thing. Two kinds never mix.
template <class Tag>
struct strong_id {
  uuid_bytes bytes{};

  static strong_id make() { return {make_uuid7()}; }
  static std::optional<strong_id> parse(std::string_view text) {
    auto read = parse_uuid(text);
    return read ? std::optional{strong_id{*read}} : std::nullopt;
  }
  bool is_nil() const { return bytes == uuid_bytes{}; }
  auto operator<=>(const strong_id&) const = default;
};

template <class Tag>
std::string to_string(const strong_id<Tag>& id) {
  std::string out;
  append_uuid(out, id.bytes);
  return out;
}

template <class T>
inline constexpr bool is_strong_id = false;
template <class Tag>
inline constexpr bool is_strong_id<strong_id<Tag>> = true;

using ticket_id = strong_id<struct ticket_tag>;
using user_id = strong_id<struct user_tag>;
using department_id = strong_id<struct department_tag>;
using event_id = strong_id<struct event_tag>;
using command_id = strong_id<struct command_tag>;
using job_id = strong_id<struct job_tag>;

} // namespace callboard

template <class Tag>
struct std::hash<callboard::strong_id<Tag>> {
  std::size_t operator()(const callboard::strong_id<Tag>& id) const noexcept {
    std::size_t tail; // the last eight bytes are random
    __builtin_memcpy(&tail, id.bytes.data() + 8, sizeof tail);
    return tail;
  }
};
