#pragma once

#include "tests/simulation/fake_store.hpp"

// The jobs of the store in memory (reliability C-2).
namespace callboard::simulation {

class fake_jobs {
public:
  explicit fake_jobs(disk& data) : disk_(data) {}

  void insert(const new_job&, timestamp);
  /// The running job under this token, or null.
  stored_job* held(const job_id&, std::int64_t claim_token);
  void end(const job_completion&, timestamp);
  void cancel_others(const uuid_bytes& subject, const std::vector<new_job>& wanted, const job_id& except, timestamp);
  journal_status update(const job_update&, timestamp);
  journal_status replay(const job_replay&, timestamp);
  claimed_jobs claim(const claim_jobs&);
  /// Whether there is more than `limit`.
  bool sweep(timestamp now, int limit);
  void release_all(timestamp);

private:
  std::vector<stored_job*> due(const claim_jobs&);
  void release(stored_job&, timestamp);
  void note(const job_id& id, job_step::what kind, std::int64_t token) { disk_.job_steps.push_back({id, kind, token}); }

  disk& disk_;
};

} // namespace callboard::simulation
