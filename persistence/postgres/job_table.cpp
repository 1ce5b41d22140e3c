#include "persistence/postgres/job_table.hpp"

#include "persistence/postgres/write_sql.hpp"

#include <algorithm>

namespace callboard::postgres {
namespace {

static_assert(claimed_job::crashes_max - 1 == 2, "statements and an index say which jobs are suspects");
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

std::optional<claimed_jobs> job_table::claim(const claim_jobs& wanted, const std::string& node, std::int64_t epoch) {
  array_parameter kinds;
  for (auto kind : wanted.kinds)
    kinds.add(enum_name(kind));
  auto row = db_.ask(sql::claim_jobs, node, epoch, kinds.take(), wanted.now, std::max(wanted.limit, 0),
                     timestamp{wanted.now + wanted.lease});
  claimed_jobs taken;
  std::size_t fit = 0;
  while (row.next()) {
    fit = row.get<std::size_t>(0);
    taken.next_run_at = row.get<std::optional<timestamp>>(1);
    if (!row.is_null(2))
      taken.jobs.push_back({.id = row.get<job_id>(2),
                            .kind = row.get<job_kind>(3),
                            .subject = row.get<uuid_bytes>(4),
                            .input_hash = row.get<std::string>(5),
                            .prompt_version = row.get<std::string>(6),
                            .attempt = row.get<int>(7),
                            .claim_token = row.get<std::int64_t>(9),
                            .crash_count = row.get<int>(8)});
  }
  return taken.jobs.size() == fit ? std::optional{std::move(taken)} : std::nullopt;
}

std::size_t job_table::sweep(timestamp now, int limit) {
  return db_.ask(sql::release_expired_jobs, now, hopeless_crashes, limit).changed();
}

void job_table::release_all(timestamp time) { db_.ask(sql::release_running_jobs, time, hopeless_crashes); }

} // namespace callboard::postgres
