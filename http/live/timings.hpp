#pragma once

#include <chrono>

namespace callboard::http {

/// What the live streams do after how long. Fixed by the contract; tests shorten it.
struct live_timings {
  std::chrono::milliseconds heartbeat{15'000};      ///< a frame or a comment that says the stream is alive
  std::chrono::milliseconds ping{20'000};           ///< WebSocket pings; a peer that is silent for two of these is gone
  std::chrono::milliseconds handshake{10'000};      ///< until the stream is open
  std::chrono::milliseconds close{10'000};          ///< from our close to the peer's
  std::chrono::milliseconds close_slow{4'500};      ///< the same where the peer does not read
  std::chrono::milliseconds retry{250};             ///< until a failed read of the table is tried again
  std::chrono::milliseconds unacknowledged{60'000}; ///< until TCP gives up on bytes that nobody acknowledges
};

/// Bounds beside those of the settings.
inline constexpr int catch_up_page = 500;    ///< events read from the table at once
inline constexpr int catch_up_reads_max = 4; ///< reads of the table under way for one I/O thread
inline constexpr int slice_events_max = 64;  ///< events published before others have their turn on the thread
inline constexpr std::size_t slice_deliveries_max = 4'096;
inline constexpr int bad_commands_max = 20; ///< then the WebSocket is closed

} // namespace callboard::http
