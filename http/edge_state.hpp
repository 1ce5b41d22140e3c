#pragma once

#include "http/clients.hpp"
#include "http/in_flight.hpp"
#include "http/route_table.hpp"
#include "http/server_context.hpp"
#include "ops/health.hpp"

#include <atomic>
#include <vector>

namespace callboard::http {

/// What all listeners, threads and connections of the edge share.
struct edge_state {
  edge_state(const server_context& given, callboard::health& probes);

  server_context context;
  callboard::health& health;
  route_index routes;
  route_index admin_routes;
  client_registry clients;
  client_registry operators; ///< of the operations listener, so that nobody outside can keep them away
  permit_pool permits;
  in_flight_table in_flight;
  std::atomic<bool> draining{false};

  /// What Access-Control-Allow-Origin says to this Origin, as the settings spell it; empty when it is not allowed.
  std::string_view allowed_origin(std::string_view origin) const;
};

} // namespace callboard::http
