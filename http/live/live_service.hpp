#pragma once

#include "http/live/timings.hpp"
#include "http/stream_handoff.hpp"

// Live views: the WebSocket and the server-sent events of one I/O thread.
namespace callboard::http {

/// Makes the hub of an I/O thread and registers it with the house. The feed must not have begun: what is published to
/// nobody is seen by nobody.
stream_service_factory make_live_service();

/// One hub, with other timings.
std::unique_ptr<stream_service> make_live_service(server_context& context, boost::asio::io_context& io,
                                                  const live_timings& timings);

} // namespace callboard::http
