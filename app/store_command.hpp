#pragma once

#include "config/settings.hpp"

#include <string>

namespace callboard::app {

struct store_copy_flags {
  std::string from;
  std::string to; ///< empty: `store.url`
};

/// Copies a store into another and compares the two; returns the exit code. Progress goes to the standard error, one line
/// on a terminal, a line now and then elsewhere; the comparison to the standard output.
int copy_stores(const config::settings&, const store_copy_flags&);

} // namespace callboard::app
