#pragma once

#include "domain/ticket_rules.hpp"
#include "protocol/ai.hpp"
#include "protocol/store.hpp"

// From events to what the journal stores: pure, shared by the creation in the router and by ticket actors.
namespace callboard {

/// Applies `events` to `before` and prepares all effects: rows, new jobs, jobs to cancel. `before` without a version
/// creates.
ticket_write write_of(const ticket_state& before, const std::vector<ticket_event>& events, timestamp);

/// The new message of a write, encoded as the API shows it, when there is one.
std::string message_view_of(const ticket_write&, const add_message&, const principal& author);

} // namespace callboard
