#pragma once

#include "http/live/subscription.hpp"

namespace callboard::http {

/// Signs positions of one store's feed. Remembers the last one, which is asked for again and again.
class cursor_maker {
public:
  explicit cursor_maker(const store_identity& identity) : key_(identity.cursor_key), epoch_(identity.feed_epoch) {}

  const std::string& at(std::int64_t feed_id);

  /// Nothing when the cursor is not ours. One of another epoch is `expired`: ids may mean other events by now.
  std::optional<std::int64_t> read(std::string_view cursor) const;
  static constexpr std::int64_t expired = -1;

private:
  std::string key_;
  std::int64_t epoch_;
  std::int64_t last_id_ = -1;
  std::string last_;
};

/// An event on its way to many subscribers. What not all of them need is made when the first asks.
class live_event {
public:
  live_event(const feed_event& event, cursor_maker& cursors) : event_(event), cursors_(cursors) {}

  const feed_event& event() const { return event_; }
  std::int64_t feed_id() const { return event_.feed_id; }
  const std::string& cursor() const;

  /// The type and the encoded event as a subscriber gets it: itself, `ticket.entered` or `ticket.left`.
  std::string_view type(verdict said) const;
  const std::string& json(verdict said) const;

private:
  std::string encode_as(std::string_view type, std::string data) const;

  const feed_event& event_;
  cursor_maker& cursors_;
  mutable std::string cursor_;
  mutable std::string entered_json_;
  mutable std::string left_json_;
};

} // namespace callboard::http
