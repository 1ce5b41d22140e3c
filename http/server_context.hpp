#pragma once

#include "config/settings.hpp"
#include "ops/metrics.hpp"
#include "protocol/house.hpp"

namespace callboard::http {

/// What lives longer than every connection and may be used from every I/O thread.
struct server_context {
  const config::settings& settings;
  callboard::house& house;
  caf::actor_system& system;
  callboard::metrics& meters;
};

} // namespace callboard::http
