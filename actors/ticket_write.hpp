#pragma once

#include "domain/ticket_rules.hpp"
#include "protocol/ai.hpp"
#include "protocol/store.hpp"

// From events to what the journal stores: pure, shared by the creation in the router and by ticket actors.
namespace callboard {

/// Applies `events` to `before` and prepares all effects: rows, new jobs, jobs to cancel. `before` without a version
/// creates.
ticket_write write_of(const ticket_state& before, const std::vector<ticket_event>& events, timestamp);

} // namespace callboard
