#pragma once

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <vector>

// The running house as operators see it: the tree of its parts, quarantined tickets, commands set aside.
namespace callboard {

BOOST_DEFINE_ENUM_CLASS(actor_state, starting, running, restarting, stopped, failed)

/// One part of the house. Of a ticket's actor the mailbox is what waits for it at the router, and the restarts are those of
/// the last minute; the edge's parts are no actors: what they have open counts as their children.
struct actor_info {
  std::string name;
  std::string path; ///< "root/store/journal"
  actor_state state = actor_state::running;
  std::int64_t mailbox_depth = 0;
  std::int64_t handled = 0;
  std::int64_t restarts = 0;
  std::string last_error;
  std::optional<timestamp> last_restart_at;
  std::int64_t children_total = 0; ///< there may be more than `children` shows
  std::vector<actor_info> children;

  bool operator==(const actor_info&) const = default;
};
BOOST_DESCRIBE_STRUCT(actor_info, (),
                      (name, path, state, mailbox_depth, handled, restarts, last_error, last_restart_at, children_total,
                       children))

struct quarantined_ticket {
  callboard::ticket_id ticket_id;
  timestamp since;
  std::vector<std::string> references; ///< of the commands that crashed it
  std::string last_error;

  bool operator==(const quarantined_ticket&) const = default;
};
BOOST_DESCRIBE_STRUCT(quarantined_ticket, (), (ticket_id, since, references, last_error))

struct set_aside_command {
  std::string reference; ///< what the caller was told
  callboard::ticket_id ticket_id;
  std::string kind; ///< `add_message`, ...
  std::string request_id;
  timestamp time;
  std::string error;

  bool operator==(const set_aside_command&) const = default;
};
BOOST_DESCRIBE_STRUCT(set_aside_command, (), (reference, ticket_id, kind, request_id, time, error))

struct quarantine_report {
  std::vector<quarantined_ticket> tickets;
  std::vector<set_aside_command> set_aside; ///< the newest first, at most 100

  bool operator==(const quarantine_report&) const = default;
};
BOOST_DESCRIBE_STRUCT(quarantine_report, (), (tickets, set_aside))

} // namespace callboard
