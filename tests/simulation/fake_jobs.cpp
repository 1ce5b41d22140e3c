#include "tests/simulation/fake_jobs.hpp"

#include <algorithm>

namespace callboard::simulation {
namespace {

constexpr int suspect_crashes = claimed_job::crashes_max - 1;

bool is_live(const stored_job& j) {
  return j.state == job_state::available || j.state == job_state::running || j.state == job_state::parked;
}
bool waits(const stored_job& j) { return j.state == job_state::available || j.state == job_state::parked; }

bool same_work(const new_job& a, const new_job& b) {
  return a.kind == b.kind && a.subject == b.subject && a.input_hash == b.input_hash
         && a.prompt_version == b.prompt_version;
}

bool is_of(const std::vector<job_kind>& kinds, const stored_job& j) {
  return std::find(kinds.begin(), kinds.end(), j.job.kind) != kinds.end();
}

/// Waits again as if it had never run.
void renew(stored_job& j, timestamp time) {
  j.state = job_state::available;
  j.attempt = 0;
  j.crash_count = 0;
  j.claimed_until.reset();
  j.last_error.clear();
  j.run_at = j.updated_at = time;
}

} // namespace

void fake_jobs::insert(const new_job& job, timestamp time) {
  for (auto& [id, present] : disk_.jobs)
    if (same_work(present.job, job)) {
      if (!is_live(present))
        renew(present, time);
      return;
    }
  stored_job made;
  made.job = job;
  made.run_at = made.created_at = made.updated_at = time;
  disk_.jobs.emplace(job.id, std::move(made));
}

stored_job* fake_jobs::held(const job_id& id, std::int64_t claim_token) {
  auto found = disk_.jobs.find(id);
  if (found == disk_.jobs.end())
    return nullptr;
  auto& j = found->second;
  if (disk_.planted.no_claim_token)
    return is_live(j) ? &j : nullptr;
  return j.state == job_state::running && j.claim_token == claim_token ? &j : nullptr;
}

void fake_jobs::end(const job_completion& done, timestamp time) {
  auto& j = disk_.jobs.at(done.id);
  j.state = done.state;
  j.last_error = done.reason;
  j.claimed_until.reset();
  j.updated_at = time;
  note(done.id, job_step::ended, done.claim_token);
}

void fake_jobs::cancel_others(const uuid_bytes& subject, const std::vector<new_job>& wanted, const job_id& except,
                              timestamp time) {
  for (auto& [id, j] : disk_.jobs) {
    bool stays =
      id == except || std::any_of(wanted.begin(), wanted.end(), [&](const new_job& w) { return same_work(w, j.job); });
    if (j.job.subject != subject || !is_live(j) || stays)
      continue;
    j.state = job_state::cancelled;
    j.last_error.clear();
    j.claimed_until.reset();
    j.updated_at = time;
    note(id, job_step::taken_away, 0);
  }
}

journal_status fake_jobs::update(const job_update& u, timestamp time) {
  auto j = held(u.id, u.claim_token);
  if (j == nullptr)
    return journal_status::job_lost;
  if (u.state == job_state::running)
    return journal_status::failed;
  if (!u.charge_attempt)
    j->attempt = std::max<std::int64_t>(j->attempt - 1, 0);
  j->state = u.state;
  j->run_at = u.run_at;
  j->last_error = u.error;
  j->claimed_until.reset();
  j->updated_at = time;
  note(u.id, job_step::ended, u.claim_token);
  return journal_status::stored;
}

journal_status fake_jobs::replay(const job_replay& r, timestamp time) {
  auto found = disk_.jobs.find(r.id);
  bool has_failed = found != disk_.jobs.end()
                    && (found->second.state == job_state::dead || found->second.state == job_state::cancelled);
  if (!has_failed)
    return journal_status::missing;
  renew(found->second, time);
  return journal_status::stored;
}

std::vector<stored_job*> fake_jobs::due(const claim_jobs& wanted) {
  std::vector<stored_job*> found;
  bool suspect_runs = false;
  for (auto& [id, j] : disk_.jobs) {
    if (j.state == job_state::running && j.crash_count == suspect_crashes)
      suspect_runs = true;
    if (waits(j) && is_of(wanted.kinds, j) && j.run_at <= wanted.now)
      found.push_back(&j);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const stored_job* a, const stored_job* b) { return a->run_at < b->run_at; });
  std::erase_if(
    found, [&](const stored_job* j) { return j->crash_count == suspect_crashes && std::exchange(suspect_runs, true); });
  found.resize(std::min(found.size(), static_cast<std::size_t>(std::max(wanted.limit, 0))));
  return found;
}

claimed_jobs fake_jobs::claim(const claim_jobs& wanted) {
  claimed_jobs taken;
  for (auto* j : due(wanted)) {
    j->state = job_state::running;
    ++j->attempt;
    j->claim_token = disk_.next_token++;
    j->claimed_until = wanted.now + wanted.lease;
    j->updated_at = wanted.now;
    note(j->job.id, job_step::claimed, j->claim_token);
    taken.jobs.push_back({j->job.id, j->job.kind, j->job.subject, j->job.input_hash, j->job.prompt_version,
                          static_cast<int>(j->attempt), j->claim_token, static_cast<int>(j->crash_count)});
  }
  for (const auto& [id, j] : disk_.jobs)
    // A suspect's turn comes when the one before it has ended.
    if (waits(j) && is_of(wanted.kinds, j) && j.crash_count != suspect_crashes)
      taken.next_run_at = taken.next_run_at ? std::min(*taken.next_run_at, j.run_at) : j.run_at;
  return taken;
}

bool fake_jobs::sweep(timestamp now, int limit) {
  int swept = 0;
  for (auto& [id, j] : disk_.jobs)
    if (swept < limit && j.state == job_state::running && j.claimed_until && *j.claimed_until < now) {
      release(j, now);
      ++swept;
    }
  return swept == limit;
}

void fake_jobs::release_all(timestamp time) {
  for (auto& [id, j] : disk_.jobs)
    if (j.state == job_state::running)
      release(j, time);
}

void fake_jobs::release(stored_job& j, timestamp time) {
  bool is_hopeless = ++j.crash_count >= 2 * claimed_job::crashes_max;
  j.state = is_hopeless ? job_state::dead : job_state::available;
  j.last_error = is_hopeless ? "poison" : "";
  j.run_at = j.updated_at = time;
  j.claimed_until.reset();
  note(j.job.id, job_step::taken_away, 0);
}

} // namespace callboard::simulation
