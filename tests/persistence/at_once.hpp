#pragma once

#include "persistence/open_store.hpp"

namespace callboard::contract {

/// Opening a store without waiting for anybody.
inline open_options at_once() { return {duration_ms{0}, {}}; }

} // namespace callboard::contract
