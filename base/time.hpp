#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callboard {

/// UTC, microseconds since 1970. The only kind of wall-clock time that is stored or sent.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The wall clock, for the edges of the house: rules take time as an argument.
timestamp now();

/// RFC 3339 in UTC with milliseconds: `2026-11-20T09:30:00.123Z`. Years are 0000 to 9999; a time beyond is written as
/// the nearest that can be.
std::string to_rfc3339(timestamp);
void append_rfc3339(std::string& out, timestamp);

/// Reads RFC 3339 with any offset and up to nine digits of a second (what is finer than a microsecond is cut); nothing
/// else. No second 60: system time has none.
std::optional<timestamp> from_rfc3339(std::string_view);

inline std::int64_t to_micros(timestamp t) { return t.time_since_epoch().count(); }
inline timestamp from_micros(std::int64_t us) { return timestamp{std::chrono::microseconds{us}}; }

/// A span of time as settings spell it: a whole number and a unit, `500ms`, `8s`, `5m`, `2h`, `30d`.
using duration_ms = std::chrono::milliseconds;
std::optional<duration_ms> parse_duration(std::string_view);
std::string to_string(duration_ms);

} // namespace callboard
