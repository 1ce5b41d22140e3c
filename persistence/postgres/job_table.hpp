#pragma once

#include "persistence/postgres/batch.hpp"

namespace callboard::postgres {

/// Durable work (reliability C-2), but for what is done with a ticket in one batch. Within the caller's transaction.
class job_table {
public:
  explicit job_table(connection& db) : db_(db) {}

  void insert(const new_job&, timestamp);
  journal_outcome update(const job_update&, timestamp);
  journal_outcome replay(const job_replay&, timestamp);

  /// A transaction of its own, with the fence in it; nothing when that does not hold.
  std::optional<claimed_jobs> claim(const claim_jobs&, const std::string& node, std::int64_t epoch);
  /// Leases that ran out by `now`, at most `limit`; the number of them.
  std::size_t sweep(timestamp now, int limit);
  /// All running jobs: their process is gone.
  void release_all(timestamp);

private:
  connection& db_;
};

} // namespace callboard::postgres
