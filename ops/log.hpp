#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "config/settings.hpp"
#include "ops/log_fields.hpp"
#include "ops/log_repeats.hpp"

#include <atomic>
#include <functional>
#include <initializer_list>
#include <variant>

// One JSON object a line on standard error: `{"time":...,"level":...,"msg":..., fields...}`. Standard output stays free for
// what commands print. A line is at most 4 KiB, so that it reaches a pipe whole or not at all; a reader that does not
// read costs lines (counted), not time. From any thread, but not from a signal handler. See docs/logging.md.
//
//   log::info("ticket created", {{"ticket_id", id}, {"request_id", request_id}});
namespace callboard::log {

/// A name of the field table and a value. Text is not copied: use it where it is made.
class field {
public:
  template <class T>
  field(field_name name, const T& value) : name_(name.text()), value_(store(value)) {}

  void append_to(std::string& line) const;

private:
  using stored = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool, uuid_bytes>;

  template <class T>
  static stored store(const T& value) {
    if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T>)
      return value;
    else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
      return static_cast<std::int64_t>(value);
    else if constexpr (std::is_integral_v<T>)
      return static_cast<std::uint64_t>(value);
    else if constexpr (described_enum<T>)
      return enum_name(value);
    else if constexpr (is_strong_id<T>)
      return value.bytes;
    else if constexpr (std::is_convertible_v<const T&, std::chrono::nanoseconds>)
      return std::chrono::duration<double, std::milli>(value).count();
    else
      return std::string_view{value};
  }

  std::string_view name_;
  stored value_;
};

using fields = std::initializer_list<field>;

/// Nothing below is written. From `log.level`; may be changed at any time.
void set_threshold(config::log_threshold);

namespace detail {
inline constinit std::atomic<log_level> threshold{log_level::info};
void write(log_level level, message what, fields with);
} // namespace detail

inline bool enabled(log_level level) { return level >= detail::threshold.load(std::memory_order_relaxed); }

/// For a level that is only known when running, as in the error table.
inline void write(log_level level, message what, fields with = {}) {
  if (enabled(level))
    detail::write(level, what, with);
}

inline void debug(message what, fields with = {}) { write(log_level::debug, what, with); }
inline void info(message what, fields with = {}) { write(log_level::info, what, with); }

/// Warnings and errors of the same message are written ten times a second; the next one after that says in
/// `suppressed` how many were not.
inline void warn(message what, fields with = {}) { write(log_level::warn, what, with); }
inline void error(message what, fields with = {}) { write(log_level::error, what, with); }

/// Says what is still suppressed. Call it before the process ends.
void flush();

std::string_view name_of(log_level);

/// Since the process started.
struct counters {
  std::array<std::int64_t, 4> written{}; ///< by `log_level`
  std::int64_t suppressed = 0;
  std::int64_t lost = 0; ///< standard error could not take them
};
counters counts();

/// Sends lines (without their end) somewhere else, or with nothing back to standard error. Called by one thread at a
/// time; it must not log. For tests and tools.
void redirect(std::function<void(std::string_view line)>);

} // namespace callboard::log
