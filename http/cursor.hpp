#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Cursors as callers see them: opaque, signed with the store's key, and good only for what they were made for.
namespace callboard::http {

/// Continues a list. `binding` is everything else that decides what the list holds (operation, filters, order): a cursor
/// given to another list is refused. `next` is what the reader said.
std::string make_list_cursor(std::string_view key, std::string_view binding, std::string_view next);

/// What the reader said, or nothing when the cursor is not ours, not whole or not of this list.
std::optional<std::string> read_list_cursor(std::string_view key, std::string_view binding, std::string_view cursor);

/// A place in the feed. The epoch changes when a store is restored, after which ids may mean other events.
struct feed_position {
  std::int64_t epoch = 0;
  std::int64_t feed_id = 0;

  bool operator==(const feed_position&) const = default;
};

std::string make_feed_cursor(std::string_view key, const feed_position& position);
std::optional<feed_position> read_feed_cursor(std::string_view key, std::string_view cursor);

} // namespace callboard::http
