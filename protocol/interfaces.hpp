#pragma once

#ifndef CAF_ENABLE_TYPE_ID_CHECKS
#error "a forgotten type id shows only when a message is sent, unless CAF_ENABLE_TYPE_ID_CHECKS is set"
#endif

#include "protocol/ai.hpp"
#include "protocol/inspect.hpp"
#include "protocol/live.hpp"
#include "protocol/system.hpp"

// The typed interfaces of the long-lived actors, and the one block of type ids. Grouped by conversation.

// What stays inside the process and holds prepared or shared data. Never sent to another node.
#define CALLBOARD_LOCAL_MESSAGE(type)                                                                                  \
  namespace caf {                                                                                                      \
  template <>                                                                                                          \
  struct allowed_unsafe_message_type<type> : std::true_type {};                                                        \
  }

namespace callboard {

struct tick {}; ///< a periodic reminder that an actor sends to itself
struct feed_hint {
  std::int64_t feed_id = 0;
};                    ///< something was committed up to here
struct read_again {}; ///< what follows the feed tells itself that the next page is due
struct jobs_hint {};  ///< there may be jobs to run
struct flush_batch {
  std::uint64_t number = 0;
};                        ///< a writer's or reader's own: what had arrived when this batch began is in it
struct passivate {};      ///< leave when idle: finish, withdraw, end
struct overdue {};        ///< what was asked of the store may have had its time: look, and give up what has
struct get_actor_info {}; ///< the tree below
struct start_child {
  std::uint64_t index = 0;
}; ///< a supervisor's own: its back-off is over
struct get_quarantine {};
struct release_quarantine {
  callboard::ticket_id ticket_id;
};
struct get_providers {};
struct set_ai_enabled {
  bool enabled = true;
};
struct sink_done {
  std::uint64_t batch = 0;
}; ///< a hub has taken the batch of this number
struct reserve_numbers {
  std::int64_t count = 0;
};
struct drain {}; ///< stop taking new work, finish what runs, then answer

struct page_result {
  result<page> value;
};
struct optional_reply {
  std::optional<stored_reply> value;
};
struct optional_user {
  std::optional<user> value;
};
struct optional_department {
  std::optional<department> value;
};
struct ticket_ids {
  std::vector<ticket_id> value;
};
struct providers {
  std::vector<provider_info> value;
};

/// Store: one writer, several readers (each a detached actor with its own connection).
using journal_actor =
  caf::typed_actor<caf::replies_to<journal_item>::with<journal_outcome>,
                   caf::replies_to<claim_jobs>::with<claimed_jobs>,
                   caf::replies_to<reserve_numbers>::with<number_block>, caf::replies_to<index_search>::with<bool>,
                   caf::replies_to<tidy_store>::with<bool>, caf::reacts_to<flush_batch>, caf::reacts_to<tick>>;
using reader_actor =
  caf::typed_actor<caf::replies_to<load_ticket>::with<loaded_ticket>, caf::replies_to<list_tickets>::with<page_result>,
                   caf::replies_to<list_messages>::with<page_result>, caf::replies_to<list_events>::with<page_result>,
                   caf::replies_to<list_users>::with<page_result>, caf::replies_to<list_departments>::with<page_result>,
                   caf::replies_to<list_jobs>::with<page_result>, caf::replies_to<find_user>::with<optional_user>,
                   caf::replies_to<find_department>::with<optional_department>,
                   caf::replies_to<find_reply>::with<optional_reply>, caf::replies_to<read_feed>::with<feed_page>,
                   caf::replies_to<tickets_of_user>::with<ticket_ids>, caf::replies_to<count_store>::with<store_counts>,
                   caf::reacts_to<flush_batch>>;

/// Desk: the router takes every command on tickets; the directory those on users and departments.
using router_actor =
  caf::typed_actor<caf::replies_to<create_ticket_command>::with<reply>, caf::replies_to<ticket_command>::with<reply>,
                   caf::replies_to<read_ticket>::with<reply>, caf::replies_to<get_quarantine>::with<quarantine_report>,
                   caf::replies_to<release_quarantine>::with<bool>, caf::replies_to<get_actor_info>::with<actor_info>,
                   caf::reacts_to<tick>, caf::reacts_to<overdue>>;
using ticket_actor =
  caf::typed_actor<caf::replies_to<ticket_command>::with<reply>, caf::replies_to<read_ticket>::with<reply>,
                   caf::reacts_to<passivate>, caf::reacts_to<overdue>>;
using directory_actor = caf::typed_actor<caf::replies_to<directory_command>::with<reply>>;

/// AI: the gateway walks a task's chain of providers; the runner turns durable jobs into tasks and results.
using provider_actor =
  caf::typed_actor<caf::replies_to<classify_task>::with<ai_answer>, caf::replies_to<get_providers>::with<providers>>;
using gateway_actor =
  caf::typed_actor<caf::replies_to<classify_task>::with<ai_answer>, caf::replies_to<get_providers>::with<providers>>;
using runner_actor = caf::typed_actor<caf::reacts_to<jobs_hint>, caf::reacts_to<tick>,
                                      caf::replies_to<set_ai_enabled>::with<bool>, caf::replies_to<drain>::with<bool>>;

/// Live: reads what was committed and publishes it to the hubs; the indexer follows the same feed.
using feed_actor = caf::typed_actor<caf::reacts_to<feed_hint>, caf::reacts_to<read_again>, caf::reacts_to<tick>,
                                    caf::reacts_to<sink_done>>;
using indexer_actor = caf::typed_actor<caf::reacts_to<tick>, caf::reacts_to<read_again>>;

/// Store: periodic tidying.
using housekeeper_actor = caf::typed_actor<caf::reacts_to<tick>>;

/// The house: whoever has actors below and can show them.
using branch_actor = caf::typed_actor<caf::replies_to<get_actor_info>::with<actor_info>>;
using supervisor_actor =
  caf::typed_actor<caf::replies_to<get_actor_info>::with<actor_info>, caf::reacts_to<start_child>>;

} // namespace callboard

CAF_BEGIN_TYPE_ID_BLOCK(callboard, caf::first_custom_type_id)
  // commands and their replies
  CAF_ADD_TYPE_ID(callboard, (callboard::create_ticket_command))
  CAF_ADD_TYPE_ID(callboard, (callboard::ticket_command))
  CAF_ADD_TYPE_ID(callboard, (callboard::read_ticket))
  CAF_ADD_TYPE_ID(callboard, (callboard::directory_command))
  CAF_ADD_TYPE_ID(callboard, (callboard::reply))
  // AI
  CAF_ADD_TYPE_ID(callboard, (callboard::classify_task))
  CAF_ADD_TYPE_ID(callboard, (callboard::ai_answer))
  // the running house
  CAF_ADD_TYPE_ID(callboard, (callboard::actor_info))
  CAF_ADD_TYPE_ID(callboard, (callboard::quarantine_report))
  // local only
  CAF_ADD_TYPE_ID(callboard, (callboard::tick))
  CAF_ADD_TYPE_ID(callboard, (callboard::feed_hint))
  CAF_ADD_TYPE_ID(callboard, (callboard::read_again))
  CAF_ADD_TYPE_ID(callboard, (callboard::jobs_hint))
  CAF_ADD_TYPE_ID(callboard, (callboard::passivate))
  CAF_ADD_TYPE_ID(callboard, (callboard::get_actor_info))
  CAF_ADD_TYPE_ID(callboard, (callboard::get_quarantine))
  CAF_ADD_TYPE_ID(callboard, (callboard::release_quarantine))
  CAF_ADD_TYPE_ID(callboard, (callboard::get_providers))
  CAF_ADD_TYPE_ID(callboard, (callboard::providers))
  CAF_ADD_TYPE_ID(callboard, (callboard::set_ai_enabled))
  CAF_ADD_TYPE_ID(callboard, (callboard::start_child))
  CAF_ADD_TYPE_ID(callboard, (callboard::sink_done))
  CAF_ADD_TYPE_ID(callboard, (callboard::reserve_numbers))
  CAF_ADD_TYPE_ID(callboard, (callboard::drain))
  CAF_ADD_TYPE_ID(callboard, (callboard::journal_item))
  CAF_ADD_TYPE_ID(callboard, (callboard::journal_outcome))
  CAF_ADD_TYPE_ID(callboard, (callboard::claim_jobs))
  CAF_ADD_TYPE_ID(callboard, (callboard::claimed_jobs))
  CAF_ADD_TYPE_ID(callboard, (callboard::number_block))
  CAF_ADD_TYPE_ID(callboard, (callboard::index_search))
  CAF_ADD_TYPE_ID(callboard, (callboard::tidy_store))
  CAF_ADD_TYPE_ID(callboard, (callboard::load_ticket))
  CAF_ADD_TYPE_ID(callboard, (callboard::loaded_ticket))
  CAF_ADD_TYPE_ID(callboard, (callboard::list_tickets))
  CAF_ADD_TYPE_ID(callboard, (callboard::list_messages))
  CAF_ADD_TYPE_ID(callboard, (callboard::list_events))
  CAF_ADD_TYPE_ID(callboard, (callboard::list_users))
  CAF_ADD_TYPE_ID(callboard, (callboard::list_departments))
  CAF_ADD_TYPE_ID(callboard, (callboard::list_jobs))
  CAF_ADD_TYPE_ID(callboard, (callboard::page_result))
  CAF_ADD_TYPE_ID(callboard, (callboard::find_user))
  CAF_ADD_TYPE_ID(callboard, (callboard::optional_user))
  CAF_ADD_TYPE_ID(callboard, (callboard::find_department))
  CAF_ADD_TYPE_ID(callboard, (callboard::optional_department))
  CAF_ADD_TYPE_ID(callboard, (callboard::find_reply))
  CAF_ADD_TYPE_ID(callboard, (callboard::optional_reply))
  CAF_ADD_TYPE_ID(callboard, (callboard::read_feed))
  CAF_ADD_TYPE_ID(callboard, (callboard::feed_page))
  CAF_ADD_TYPE_ID(callboard, (callboard::tickets_of_user))
  CAF_ADD_TYPE_ID(callboard, (callboard::ticket_ids))
  CAF_ADD_TYPE_ID(callboard, (callboard::count_store))
  CAF_ADD_TYPE_ID(callboard, (callboard::store_counts))
  CAF_ADD_TYPE_ID(callboard, (callboard::flush_batch))
  CAF_ADD_TYPE_ID(callboard, (callboard::overdue))
CAF_END_TYPE_ID_BLOCK(callboard)

CALLBOARD_LOCAL_MESSAGE(callboard::tick)
CALLBOARD_LOCAL_MESSAGE(callboard::feed_hint)
CALLBOARD_LOCAL_MESSAGE(callboard::read_again)
CALLBOARD_LOCAL_MESSAGE(callboard::jobs_hint)
CALLBOARD_LOCAL_MESSAGE(callboard::flush_batch)
CALLBOARD_LOCAL_MESSAGE(callboard::passivate)
CALLBOARD_LOCAL_MESSAGE(callboard::overdue)
CALLBOARD_LOCAL_MESSAGE(callboard::get_actor_info)
CALLBOARD_LOCAL_MESSAGE(callboard::get_quarantine)
CALLBOARD_LOCAL_MESSAGE(callboard::release_quarantine)
CALLBOARD_LOCAL_MESSAGE(callboard::get_providers)
CALLBOARD_LOCAL_MESSAGE(callboard::providers)
CALLBOARD_LOCAL_MESSAGE(callboard::set_ai_enabled)
CALLBOARD_LOCAL_MESSAGE(callboard::start_child)
CALLBOARD_LOCAL_MESSAGE(callboard::sink_done)
CALLBOARD_LOCAL_MESSAGE(callboard::reserve_numbers)
CALLBOARD_LOCAL_MESSAGE(callboard::drain)
CALLBOARD_LOCAL_MESSAGE(callboard::journal_item)
CALLBOARD_LOCAL_MESSAGE(callboard::journal_outcome)
CALLBOARD_LOCAL_MESSAGE(callboard::claim_jobs)
CALLBOARD_LOCAL_MESSAGE(callboard::claimed_jobs)
CALLBOARD_LOCAL_MESSAGE(callboard::number_block)
CALLBOARD_LOCAL_MESSAGE(callboard::index_search)
CALLBOARD_LOCAL_MESSAGE(callboard::tidy_store)
CALLBOARD_LOCAL_MESSAGE(callboard::load_ticket)
CALLBOARD_LOCAL_MESSAGE(callboard::loaded_ticket)
CALLBOARD_LOCAL_MESSAGE(callboard::list_tickets)
CALLBOARD_LOCAL_MESSAGE(callboard::list_messages)
CALLBOARD_LOCAL_MESSAGE(callboard::list_events)
CALLBOARD_LOCAL_MESSAGE(callboard::list_users)
CALLBOARD_LOCAL_MESSAGE(callboard::list_departments)
CALLBOARD_LOCAL_MESSAGE(callboard::list_jobs)
CALLBOARD_LOCAL_MESSAGE(callboard::page_result)
CALLBOARD_LOCAL_MESSAGE(callboard::find_user)
CALLBOARD_LOCAL_MESSAGE(callboard::optional_user)
CALLBOARD_LOCAL_MESSAGE(callboard::find_department)
CALLBOARD_LOCAL_MESSAGE(callboard::optional_department)
CALLBOARD_LOCAL_MESSAGE(callboard::find_reply)
CALLBOARD_LOCAL_MESSAGE(callboard::optional_reply)
CALLBOARD_LOCAL_MESSAGE(callboard::read_feed)
CALLBOARD_LOCAL_MESSAGE(callboard::feed_page)
CALLBOARD_LOCAL_MESSAGE(callboard::tickets_of_user)
CALLBOARD_LOCAL_MESSAGE(callboard::ticket_ids)
CALLBOARD_LOCAL_MESSAGE(callboard::count_store)
CALLBOARD_LOCAL_MESSAGE(callboard::store_counts)
