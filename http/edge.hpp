#pragma once

#include "config/settings.hpp"
#include "http/stream_handoff.hpp"
#include "ops/health.hpp"
#include "ops/metrics.hpp"
#include "protocol/house.hpp"

#include <tl/expected.hpp>

#include <memory>

namespace callboard::http {

struct edge_options {
  const config::settings& settings;
  callboard::house& house;
  caf::actor_system& system;
  callboard::metrics& meters;
  callboard::health& health;
  /// Serves WebSockets and event streams: `make_live_service()` of http/live. Without it those are 501 and creations
  /// do not wait for their classification.
  stream_service_factory streams = {};
};

struct bound_ports {
  int open = 0;       ///< of the public listener
  int operations = 0; ///< of the operations listener
};

/// `http://host:port`, with an IPv6 address in brackets (RFC 3986, 3.2.2).
std::string url_of(const std::string& host, int port);

/// Every listener and connection of the process, and the threads that serve them. What the options refer to must
/// outlive it; the actors may come and go.
class edge {
public:
  /// Makes the threads' hubs, which register with the house; nothing is served yet.
  explicit edge(const edge_options& options);
  ~edge();
  edge(const edge&) = delete;
  edge& operator=(const edge&) = delete;

  /// The ports, or a sentence that says what cannot be listened on. Then nothing is served.
  tl::expected<bound_ports, std::string> start();

  /// Blocks, at most until `deadline`: accepts for `server.drain_delay` more, then closes the public listener, answers
  /// what runs (`Connection: close`), ends streams with a cursor to resume. The operations listener goes on. True when
  /// everything had ended in time.
  bool drain(std::chrono::steady_clock::time_point deadline);

  /// Ends what is left and joins the threads. The destructor does it, too.
  void stop();

private:
  struct rooms;
  std::unique_ptr<rooms> rooms_;
};

} // namespace callboard::http
