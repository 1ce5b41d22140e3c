#include "http/edge_state.hpp"

#include "http/descriptors.hpp"
#include "http/framing/byte_classes.hpp"
#include "ops/log.hpp"

namespace callboard::http {
namespace {

constexpr int operators_max = 256;

/// `limits.connections_max`, or fewer where the kernel does not give that many descriptors: accepting then pauses in
/// good time, instead of failing for everybody, the operators and the store too.
int connections_possible(int wanted) {
  auto descriptors = raise_descriptor_limit();
  auto possible = connections_within(descriptors, wanted);
  if (possible < wanted)
    log::warn("fewer connections than configured, for the limit of open files is too low",
              {{"setting", "limits.connections_max"}, {"count", possible}, {"limit", descriptors}});
  return possible;
}

} // namespace

edge_state::edge_state(const server_context& given, callboard::health& probes)
    : context(given),
      health(probes),
      routes(route_table(), false, given.settings.compat.unprefixed),
      admin_routes(route_table(), true, false),
      clients(connections_possible(given.settings.limits.connections_max), given.settings.limits.connections_per_ip,
              given.meters.http.connections),
      operators(operators_max, operators_max),
      permits(given.settings.limits.permits_total, given.settings.limits.permits_per_principal,
              given.settings.limits.writes_max) {}

std::string_view edge_state::allowed_origin(std::string_view origin) const {
  for (const auto& allowed : context.settings.server.cors_origins) {
    // Never the request's own bytes: they move when its body needs room.
    if (allowed == "*" || equal_ignoring_case(allowed, origin))
      return allowed;
  }
  return {};
}

} // namespace callboard::http
