#include "persistence/postgres/job_table.hpp"

#include "persistence/postgres/write_sql.hpp"

#include <algorithm>
#include <tuple>

namespace callboard::postgres {
namespace {

constexpr int suspect_crashes = claimed_job::crashes_max - 1;
constexpr int hopeless_crashes = 2 * claimed_job::crashes_max;

} // namespace

void job_table::insert(const new_job& job, timestamp time) {
  db_.ask(sql::insert_job, job.id, job.kind, job.subject, job.input_hash, job.prompt_version, time);
}

journal_outcome job_table::update(const job_update& u, timestamp time) {
  auto row = db_.ask(sql::find_running_job, u.id, u.claim_token);
  if (!row.next())
    return outcome_of(journal_status::job_lost);
  if (u.state == job_state::running)
    return outcome_of(journal_status::failed, "a running job cannot be set running again");
  auto attempt = row.get<std::int64_t>(0);
  auto counted = u.charge_attempt ? attempt : std::max<std::int64_t>(attempt - 1, 0);
  auto error = u.error.empty() ? std::nullopt : std::optional{u.error};
  db_.ask(sql::update_job, u.id, u.state, counted, u.run_at, error, time);
  return stored_outcome();
}

journal_outcome job_table::replay(const job_replay& r, timestamp time) {
  return db_.ask(sql::replay_job, r.id, time).changed() == 1 ? stored_outcome() : outcome_of(journal_status::missing);
}

std::vector<claimed_job> job_table::due(const claim_jobs& wanted) {
  struct due_job {
    timestamp run_at;
    claimed_job job;
  };
  std::vector<due_job> found;
  auto limit = static_cast<std::size_t>(std::max(wanted.limit, 0));
  for (auto kind : wanted.kinds)
    for (auto row = db_.ask(sql::list_due_jobs, kind, wanted.now, limit); row.next();)
      found.push_back({row.get<timestamp>(7),
                       {.id = row.get<job_id>(0),
                        .kind = row.get<job_kind>(1),
                        .subject = row.get<uuid_bytes>(2),
                        .input_hash = row.get<std::string>(3),
                        .prompt_version = row.get<std::string>(4),
                        .attempt = row.get<int>(5) + 1,
                        .crash_count = row.get<int>(6)}});
  std::sort(found.begin(), found.end(), [](const due_job& a, const due_job& b) {
    return std::tie(a.run_at, a.job.id) < std::tie(b.run_at, b.job.id);
  });
  auto is_suspect = [](const due_job& each) { return each.job.is_suspect(); };
  if (std::any_of(found.begin(), found.end(), is_suspect)) {
    bool suspect_runs = db_.ask(sql::find_running_suspect, suspect_crashes).next();
    std::erase_if(found, [&](const due_job& each) { return is_suspect(each) && std::exchange(suspect_runs, true); });
  }
  if (found.size() > limit)
    found.resize(limit);
  std::vector<claimed_job> jobs;
  for (auto& each : found)
    jobs.push_back(std::move(each.job));
  return jobs;
}

void job_table::claim(std::vector<claimed_job>& jobs, const claim_jobs& wanted) {
  auto row = db_.ask(sql::take_claim_tokens, jobs.size());
  row.next();
  auto token = row.get<std::int64_t>(0) - static_cast<std::int64_t>(jobs.size());
  array_parameter ids, tokens;
  for (auto& job : jobs) {
    job.claim_token = token++;
    ids.add(job.id);
    tokens.add(job.claim_token);
  }
  db_.ask(sql::claim_jobs, ids.take(), tokens.take(), timestamp{wanted.now + wanted.lease}, wanted.now);
}

/// A suspect's turn comes when the one before it has ended.
std::optional<timestamp> job_table::next_run_at(const claim_jobs& wanted) {
  std::optional<timestamp> next;
  for (auto kind : wanted.kinds)
    if (auto row = db_.ask(sql::next_run_at, kind, suspect_crashes); row.next()) {
      auto at = row.get<timestamp>(0);
      next = next ? std::min(*next, at) : at;
    }
  return next;
}

std::size_t job_table::sweep(timestamp now, int limit) {
  return db_.ask(sql::release_expired_jobs, now, hopeless_crashes, limit).changed();
}

void job_table::release_all(timestamp time) { db_.ask(sql::release_running_jobs, time, hopeless_crashes); }

} // namespace callboard::postgres
