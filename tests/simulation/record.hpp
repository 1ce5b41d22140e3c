#pragma once

#include "protocol/commands.hpp"

#include <deque>
#include <map>
#include <vector>

// What the simulated clients asked and were told.
namespace callboard::simulation {

using any_command = std::variant<create_ticket_command, ticket_command, directory_command>;

enum class fate {
  pending,
  answered,
  lost ///< an error instead of an answer, or the process ended: nobody knows
};

/// One sending of a request.
struct attempt {
  std::size_t request = 0;
  callboard::command_id command;
  std::int64_t seen_before = 0; ///< the newest version of the ticket that anybody knew when it was sent
  std::uint64_t holder = 0;     ///< which life of the router (or directory) it was sent to
  fate end = fate::pending;
  callboard::reply answer;
};

/// What a client wants; sent again under its key until it is content.
struct request {
  std::string kind;
  any_command command; ///< its id and deadline are fresh at each sending
  ticket_id ticket;    ///< nil for the directory
  std::vector<std::size_t> attempts;

  const command_meta& meta() const {
    return std::visit([](const auto& c) -> const command_meta& { return c.meta; }, command);
  }
  bool creates() const { return std::holds_alternative<create_ticket_command>(command); }
  /// Whatever the state of the ticket, a success has left an event.
  bool always_changes() const {
    auto on_ticket = std::get_if<ticket_command>(&command);
    return creates()
           || (on_ticket
               && (std::holds_alternative<add_message>(on_ticket->body)
                   || std::holds_alternative<delete_ticket>(on_ticket->body)));
  }
};

struct record {
  std::deque<callboard::simulation::request> requests;
  std::deque<attempt> attempts;
  std::map<ticket_id, std::int64_t> seen;    ///< the newest version that anybody was shown
  std::vector<ticket_id> tickets;            ///< every id that a creation named
  std::map<ticket_id, std::int64_t> numbers; ///< of tickets that were told to exist
};

} // namespace callboard::simulation
