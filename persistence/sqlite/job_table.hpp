#pragma once

#include "persistence/sqlite/batch.hpp"

#include <span>

namespace callboard::sqlite {

/// Durable work (reliability C-2).
class job_table {
public:
  explicit job_table(const connection& db);

  void insert(const new_job&, timestamp);
  /// The attempt of the job, if it runs under this token.
  std::optional<std::int64_t> running(const job_id&, std::int64_t claim_token);
  void end(const job_completion&, timestamp);
  /// Cancels what has not ended of the subject, but for what is wanted and for `except`.
  void cancel_others(const uuid_bytes& subject, std::span<const new_job> wanted, const job_id& except, timestamp);
  journal_outcome update(const job_update&, timestamp);
  journal_outcome replay(const job_replay&, timestamp);

  claimed_jobs claim(const claim_jobs&);
  /// Leases that ran out by `now`, at most `limit`; the number of them.
  std::size_t sweep(timestamp now, int limit);
  /// All running jobs: their process is gone.
  void release_all(timestamp);

private:
  struct due_job {
    timestamp run_at;
    claimed_job job;
  };
  std::vector<due_job> due(const claim_jobs&);
  std::int64_t first_token(std::int64_t count);
  std::size_t release(rows found, timestamp);

  statement insert_, find_running_, end_, update_, list_live_, replay_, list_due_, find_due_suspect_, next_run_at_,
    find_suspect_, claim_, take_tokens_, list_expired_, list_running_, release_;
};

} // namespace callboard::sqlite
