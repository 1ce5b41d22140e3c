#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

// Keeps one fault that happens ten thousand times a second from filling a disk. Pure: time is an argument.
namespace callboard::log {

/// A message is a literal, so there are as many as the program's text holds; what varies goes into fields.
class message {
public:
  static constexpr std::size_t length_max = 120;

  consteval message(const char* text) : text_(text) {
    if (text_.size() > length_max)
      throw "a message is a few words; the rest goes into fields";
  }
  constexpr std::string_view text() const { return text_; }

private:
  std::string_view text_;
};

/// Counts lines per message and level in windows of a second.
class repeats {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::int64_t per_window_max = 10;
  static constexpr std::chrono::seconds window{1};

  struct verdict {
    bool write = true;
    std::int64_t suppressed = 0; ///< lines of earlier windows that this one speaks for
  };
  verdict admit(log_level level, message what, time_point now);

  struct leftover {
    log_level level;
    std::string_view text;
    std::int64_t suppressed;
  };
  /// What was suppressed in windows that are over, and has not been said yet. Forgets the windows.
  std::vector<leftover> take_over(time_point now);

private:
  struct key {
    log_level level;
    std::string_view text;

    bool operator==(const key&) const = default;
  };
  struct key_hash {
    std::size_t operator()(const key& k) const {
      return std::hash<std::string_view>{}(k.text) + static_cast<std::size_t>(k.level);
    }
  };
  struct counted {
    time_point begin;
    std::int64_t written = 0;
    std::int64_t suppressed = 0;
  };

  std::unordered_map<key, counted, key_hash> windows_;
};

} // namespace callboard::log
