#pragma once

#include "base/error.hpp"
#include "domain/ticket_commands.hpp"
#include "domain/ticket_events.hpp"

#include <span>

// The rules of a ticket, as pure functions: a command on a state gives events or a refusal, an event on a state gives
// the next state. Time and policy are arguments.
namespace callboard {

BOOST_DEFINE_ENUM_CLASS(policy_mode, suggest, auto_apply, off)

/// The category of the safe values, which stand in where no provider answered. Where it is not configured they have none:
/// any other would be a guess that sends tickets to the wrong people.
inline constexpr std::string_view safe_category = "general";

struct ticket_policy {
  std::vector<std::string> categories{"billing", "technical", "general"};
  policy_mode classify = policy_mode::auto_apply;
  double threshold = 0.5; ///< auto_apply fills unset fields at this confidence and above
};

using decision = result<std::vector<ticket_event>>;

/// The first event of a new ticket.
decision decide_create(const create_ticket&, ticket_id, std::int64_t number, const ticket_policy&, timestamp);

/// No events and no refusal: the ticket is already as the command wants it.
decision decide(const ticket_state&, const ticket_request&, const principal&, const ticket_policy&, timestamp);

/// Each event raises the version by one.
void apply(ticket_state&, const ticket_event&, timestamp);

/// Statuses that may follow; empty for `closed`.
std::span<const ticket_status> allowed_moves(ticket_status from);

/// What is classified, as the hex SHA-256 of title and description: the key of "one result per input".
std::string classify_input_of(std::string_view title, std::string_view description);

/// A category must be a configured one; the mistake's pointer is /category.
std::optional<field_error> check_category(const std::string& category, std::span<const std::string> configured);

/// What a provider may answer: a configured category, not `urgent`, confidence from 0 to 1, a short language tag. The one
/// rule of this: who asks providers checks with it, so that the next one can be asked.
std::optional<field_error> check_classification(const classification&, std::span<const std::string> categories);

/// Whether a result brings an answer that may be believed; without one the safe values stand in.
bool has_usable_answer(const record_ai_result&, const ticket_policy&);

/// Order and spelling are kept, repeats go.
std::vector<std::string> without_repeats(const std::vector<std::string>& tags);

} // namespace callboard
