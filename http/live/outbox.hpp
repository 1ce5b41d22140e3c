#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace callboard::http {

/// The bytes that wait for one connection, message behind message, and how many of each there may be. Pure: who writes
/// them to a socket says how far it came.
class outbox {
public:
  /// The feed id of a message that is no event.
  static constexpr std::int64_t no_event = std::numeric_limits<std::int64_t>::max();

  outbox(std::size_t messages_max, std::size_t bytes_max) : messages_max_(messages_max), bytes_max_(bytes_max) {}

  /// Whether an event of this size may be added. An empty box takes any, however large, or it could never be sent.
  bool has_room(std::size_t bytes) const {
    return empty() || (messages() < messages_max_ && this->bytes() + bytes <= bytes_max_);
  }
  /// Whether answers have piled up so far that the peer must read before it is listened to again.
  bool is_crowded() const { return messages() >= messages_max_ || bytes() >= bytes_max_; }

  /// Where a message is appended; `commit` ends it. Answers may be added without room: who reads commands waits for it.
  std::string& tail() { return bytes_; }
  void commit(std::int64_t feed_id);

  std::string_view unsent() const { return std::string_view{bytes_}.substr(sent_); }
  void sent(std::size_t bytes);

  bool empty() const { return sent_ == bytes_.size(); }
  std::size_t messages() const { return marks_.size() - first_; }
  std::size_t bytes() const { return bytes_.size() - sent_; }

  /// Drops every message of which no byte is sent, and says the lowest feed id among them (`no_event`: none was one).
  std::int64_t drop_unsent();

private:
  static constexpr std::size_t kept_bytes = 8 * 1024;

  struct mark {
    std::size_t end;
    std::int64_t feed_id;
  };
  std::size_t first_begin() const { return first_ == 0 ? 0 : marks_[first_ - 1].end; }
  void compact();

  std::size_t messages_max_;
  std::size_t bytes_max_;
  std::string bytes_;
  std::size_t sent_ = 0;
  std::vector<mark> marks_;
  std::size_t first_ = 0; ///< the first message that is not wholly sent
};

} // namespace callboard::http
