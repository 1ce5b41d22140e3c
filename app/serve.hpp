#pragma once

#include "config/load_settings.hpp"

namespace callboard::app {

struct serve_flags {
  bool demo = false;
};

/// Opens the store, raises the house, serves until SIGTERM or SIGINT, then drains. Returns the exit code.
int serve(const config::loaded_settings&, const serve_flags&);

} // namespace callboard::app
