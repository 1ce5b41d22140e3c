#pragma once

#include <boost/describe/enum.hpp>

// The label sets that belong to no other room. Their names are the label values.
namespace callboard {

/// Why a connection or request was turned away before any work was done for it.
BOOST_DEFINE_ENUM_CLASS(http_refusal, connections, ///< `limits.connections_max`
                        connections_per_ip,        ///< `limits.connections_per_ip`
                        permits_total,             ///< `limits.permits_total`
                        permits_per_principal,     ///< `limits.permits_per_principal`
                        writes_per_ticket,         ///< `limits.writes_per_ticket`
                        writes,                    ///< `limits.writes_max`
                        reads,                     ///< `limits.reads_max`, or `limits.read_wait_max`
                        idempotency_in_flight,     ///< a twin with the same key took too long
                        framing,                   ///< not HTTP as we accept it
                        too_large,                 ///< header, target or body over its limit
                        too_slow,                  ///< header or body not here in time
                        origin,                    ///< a foreign Origin asked for a change or a WebSocket
                        draining)                  ///< the process is stopping

/// Why a supervisor started a child again.
BOOST_DEFINE_ENUM_CLASS(restart_reason, exception, ///< a handler threw
                        invariant,                 ///< a check of ours failed
                        error,                     ///< it ended with an error of ours
                        killed,                    ///< somebody ended it, or its node is gone
                        other)                     ///< it ended by itself

BOOST_DEFINE_ENUM_CLASS(live_transport, websocket, sse)

/// Why a live connection ended.
BOOST_DEFINE_ENUM_CLASS(live_close, client, ///< they went, or the network did
                        slow,               ///< behind for `limits.live_behind_timeout`
                        protocol,           ///< what they sent is not allowed
                        silent,             ///< pings unanswered
                        resync,             ///< the cursor is older than what is kept
                        draining,           ///< the process is stopping
                        error)              ///< our fault

} // namespace callboard
