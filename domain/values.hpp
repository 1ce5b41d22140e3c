#pragma once

#include <boost/describe/enum.hpp>

// The closed sets of the field. Their names are what JSON, SQL and the OpenAPI document say.
namespace callboard {

/// Where a ticket stands. Which moves are allowed is data: see `allowed_moves` in ticket_rules.hpp.
BOOST_DEFINE_ENUM_CLASS(ticket_status, open, in_progress, waiting, resolved, closed)

/// AI chooses among the first three; `urgent` is a person's word.
BOOST_DEFINE_ENUM_CLASS(ticket_priority, low, medium, high, urgent)

/// What became of the AI's classification of a ticket.
BOOST_DEFINE_ENUM_CLASS(ai_status, pending, done, fallback, off)

BOOST_DEFINE_ENUM_CLASS(sentiment, negative, neutral, positive)

/// `reply` is seen by the customer, `note` only by staff.
BOOST_DEFINE_ENUM_CLASS(message_kind, reply, note)

/// Who caused an event: a person (or the anonymous public until identity exists), AI, or Callboard itself.
BOOST_DEFINE_ENUM_CLASS(actor_type, user, ai, system)

} // namespace callboard
