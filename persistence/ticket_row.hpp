#pragma once

#include "domain/ticket.hpp"

#include <chrono>

// How a ticket's values stand in its row, for the writer and the reader alike.
namespace callboard {

/// The version of the encoded form in `ticket.view`. Rows of an older one are read tolerantly and encoded again.
inline constexpr int view_schema = 1;

/// 0 none, 1 low ... 4 urgent: sorting by priority puts tickets without one last when descending.
inline int rank_of(const std::optional<ticket_priority>& priority) {
  return priority ? static_cast<int>(*priority) + 1 : 0;
}

/// The milliseconds that a UUIDv7 begins with, as microseconds. Ids of other kinds give some time as well.
inline std::int64_t id_micros(const ticket_id& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i)
    ms = ms << 8 | id.bytes[i];
  return ms * 1000;
}

} // namespace callboard
