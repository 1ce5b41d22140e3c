#pragma once

#include "http/live/hub.hpp"
#include "http/stream_handoff.hpp"

// A handed-over request becomes a stream, or is refused. Each starts a coroutine of its own.
namespace callboard::http {

void serve_websocket(const std::shared_ptr<live_hub>& hub, stream_handoff given);
void serve_event_stream(const std::shared_ptr<live_hub>& hub, stream_handoff given);

/// Answers with a problem, lets the peer read it, closes.
void refuse_stream(const std::shared_ptr<live_hub>& hub, stream_handoff given, problem why);

} // namespace callboard::http
