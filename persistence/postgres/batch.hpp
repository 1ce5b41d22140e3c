#pragma once

#include "persistence/postgres/connection.hpp"
#include "protocol/store.hpp"

#include <span>
#include <unordered_map>
#include <vector>

namespace callboard::postgres {

/// What the writer knows of the store while it is the only one to write. Lost with the session, then read anew.
struct frame {
  std::int64_t last_feed_id = 0;
  std::int64_t id_ahead = 0; ///< see `callboard_meta`
  std::int64_t id_behind = 0;
  std::int64_t next_claim_token = 1;
};

inline journal_outcome stored_outcome(std::int64_t feed_id = 0) {
  journal_outcome outcome;
  outcome.feed_id = feed_id;
  return outcome;
}

inline journal_outcome outcome_of(journal_status status, std::string detail = {}) {
  return {status, std::move(detail), std::nullopt, {}, 0};
}

inline journal_outcome unknown_outcome(std::vector<std::string> unknown) {
  return {journal_status::unknown_reference, {}, std::nullopt, std::move(unknown), 0};
}

/// The journal's items in the statements that they are written by.
struct batch_step {
  bool alone = false;             ///< a rare kind: one item, by statements of its own
  std::vector<std::size_t> items; ///< places in the batch, ascending
};

/// Items that touch the same ticket, job or key follow each other in different steps, in their order; a rare kind stands
/// between what came before it and what comes after.
std::vector<batch_step> plan_steps(std::span<const journal_item>);

/// The parameters of `sql::write_batch` for one step, in binary; a frame's last feed id is where its events begin.
std::vector<std::string> batch_parameters(std::span<const journal_item>, const batch_step&, const std::string& node,
                                          std::int64_t epoch, const frame&);

/// What is wrong with an item before the store is asked.
std::optional<journal_outcome> refused(const journal_item&);

/// The number of events that an item stores.
std::size_t event_count(const journal_item&);

/// Widens what is known of ids and times; true times and fresh ids hardly ever do. True when it did.
bool note_skew(frame&, const journal_item&);

} // namespace callboard::postgres
