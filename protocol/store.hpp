#pragma once

#include "protocol/commands.hpp"

#include <array>
#include <memory>
#include <span>
#include <variant>
#include <vector>

// The store as the actors see it: what is written, what comes of it, and the two ports that an engine implements.
// Items stay inside the process, so they may hold what is already encoded.
namespace callboard {

BOOST_DEFINE_ENUM_CLASS(job_state, available, running, parked, done, dead, cancelled)
BOOST_DEFINE_ENUM_CLASS(job_kind, classify, forget_user)
BOOST_DEFINE_ENUM_CLASS(feed_source, ticket, directory)

/// Of which the store tells how many there are (`store_counts`).
inline constexpr std::array counted_job_states{job_state::available, job_state::running, job_state::parked,
                                               job_state::dead};

/// One event as it is stored. `context` and `context_before` are encoded `ticket_context`s, the latter only where it
/// differs, so that a subscription can tell what enters and what leaves its view.
struct event_row {
  event_id id;
  std::int64_t version = 0;
  int nth = 0; ///< among the events of one command, from 0
  std::string type;
  std::string data;
  std::string context;
  std::string context_before; ///< empty: as `context`
};

/// New durable work, one per (subject, kind, input, prompt version); a repeat is ignored.
struct new_job {
  job_id id;
  job_kind kind = job_kind::classify;
  uuid_bytes subject{}; ///< ticket or user
  std::string input_hash;
  std::string prompt_version;
};

/// The end of a running job; does nothing (and fails the whole item as `job_lost`) unless the token is still its own.
struct job_completion {
  job_id id;
  std::int64_t claim_token = 0;
  job_state state = job_state::done; ///< done, dead or cancelled
  std::string reason;
};

/// A reply to keep with its effect. Purged after `store.idempotency_retention`.
struct stored_reply {
  callboard::idempotency idempotency;
  callboard::reply reply;
};

/// All effects of one command on one ticket, all or nothing.
struct ticket_write {
  ticket_state after;                ///< the whole row
  std::string view;                  ///< `after.ticket` encoded as staff see it
  std::int64_t expected_version = 0; ///< 0 creates
  std::vector<event_row> events;     ///< may be empty when only the job or the reply is to be stored
  std::vector<new_job> jobs;
  bool cancel_jobs = false; ///< jobs of the ticket that have not ended, but for `jobs` and `completion`
  std::optional<job_completion> completion;
};

/// One change of the directory.
struct directory_write {
  event_id id;
  directory_event event;
  std::int64_t expected_version = 0; ///< 0 creates
  std::vector<new_job> jobs;
};

/// A running job goes back or ends without touching its subject.
struct job_update {
  job_id id;
  std::int64_t claim_token = 0;
  job_state state = job_state::available; ///< available (again at `run_at`), parked, dead, cancelled or done
  timestamp run_at;
  bool charge_attempt = true; ///< false gives the attempt back that the claim took
  std::string error;
};

/// An operator's wish: a dead or cancelled job runs again, attempt 0.
struct job_replay {
  job_id id;
};

/// A refusal from execution that a keyed request must get again.
struct reply_only {};

struct journal_item {
  std::chrono::steady_clock::time_point made = std::chrono::steady_clock::now(); ///< from here its wait is counted
  callboard::command_id command_id;
  principal who;
  timestamp time;
  std::string request_id;
  std::optional<stored_reply> keep;
  std::variant<ticket_write, directory_write, job_update, job_replay, reply_only> write;
  std::shared_ptr<void> place; ///< among `house::writes`, for as long as it waits or is being stored
};

BOOST_DEFINE_ENUM_CLASS(journal_status, stored,
                        version_conflict,  ///< the row is not at `expected_version` (or exists, or is missing)
                        duplicate_key,     ///< the idempotency key is taken: see `journal_outcome::kept`
                        duplicate_command, ///< this command is committed already
                        job_lost,          ///< the job is not running under this token
                        unique_violation,  ///< `detail` names the field: email, name
                        in_use,            ///< a department that tickets name
                        unknown_reference, ///< `journal_outcome::unknown` names what is not there, or deleted
                        missing,           ///< no such job, or it is not in a state to be replayed
                        unavailable,       ///< the store itself fails; nothing was stored
                        in_doubt,          ///< the store failed while committing; nobody knows
                        failed)            ///< the engine refused this item alone; `detail` says why, without data

struct journal_outcome {
  journal_status status = journal_status::stored;
  std::string detail;
  std::optional<stored_reply> kept; ///< of `duplicate_key`
  std::vector<std::string> unknown; ///< of `unknown_reference`: members of the ticket, such as assignee_id
  std::int64_t feed_id = 0;         ///< of the item's last feed row, when it wrote one
};

/// Jobs to run now. The claim counts the attempt, so that a job which kills its process is counted.
struct claim_jobs {
  std::vector<job_kind> kinds;
  int limit = 1;
  timestamp now;
  duration_ms lease{60'000};
  /// Past it nobody waits, and nothing may be claimed: who never hears of a job lets its lease run out.
  callboard::deadline until = deadline::none();
};

struct claimed_job {
  /// A job that was running while this many processes (or leases) ended is poison: it is not run again, but claimed to
  /// be ended decently. When that has failed as often, the store sets it dead by itself.
  static constexpr int crashes_max = 3;

  job_id id;
  job_kind kind = job_kind::classify;
  uuid_bytes subject{};
  std::string input_hash;
  std::string prompt_version;
  int attempt = 1;
  std::int64_t claim_token = 0;
  int crash_count = 0;

  bool is_poison() const { return crash_count >= crashes_max; }
  /// One more crash makes it poison: it is claimed by itself, so that those who ran beside a poisonous one are cleared.
  bool is_suspect() const { return crash_count == crashes_max - 1; }
};

/// What the claim found, and when the next job becomes due if none is left now.
struct claimed_jobs {
  std::vector<claimed_job> jobs;
  std::optional<timestamp> next_run_at;
};

/// Periodic tidying: expired replies and feed rows (in chunks), jobs whose lease ran out.
struct tidy_store {
  timestamp now;
  duration_ms idempotency_retention{};
  duration_ms feed_retention{};
};

/// Text to index for `q=`, and how far the index is then. Written by the search indexer, off the write path.
struct search_entry {
  ticket_id id;
  bool remove = false;
  std::string title;
  std::string text; ///< description and messages
};

struct index_search {
  std::vector<search_entry> entries;
  std::int64_t feed_id = 0; ///< everything up to here is indexed
};

/// Numbers for new tickets: [first, first + count).
struct number_block {
  std::int64_t first = 1;
  std::int64_t count = 0;
};

/// The engine is gone or broken for now: nothing of the batch is stored, or (`in_doubt`) nobody knows.
class store_failure : public std::runtime_error {
public:
  store_failure(const std::string& what, bool doubt) : std::runtime_error(what), in_doubt(doubt) {}
  bool in_doubt;
};

/// Port: what writes the search index. Called from one thread. Throws `store_failure` when the store itself fails; the
/// index and its position are stored together or not at all, and doing it again changes nothing.
class store_indexer {
public:
  virtual ~store_indexer() = default;
  virtual void index(const index_search&) = 0;
};

/// Port: the one writer. Called from one thread. Throws `store_failure` when the store itself fails.
class store_writer : public store_indexer {
public:
  /// One transaction for all; each item succeeds or fails alone. Durable when it returns. Same order, same size.
  virtual std::vector<journal_outcome> commit(std::span<const journal_item> items) = 0;
  virtual claimed_jobs claim(const claim_jobs&) = 0;
  virtual number_block reserve_numbers(std::int64_t count) = 0;
  /// True when there is more to tidy.
  virtual bool tidy(const tidy_store&) = 0;
};

} // namespace callboard
