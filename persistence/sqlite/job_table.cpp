#include "persistence/sqlite/job_table.hpp"

#include <algorithm>
#include <limits>

namespace callboard::sqlite {
namespace {

constexpr int suspect_crashes = claimed_job::crashes_max - 1;
static_assert(suspect_crashes == 2, "statements and an index say which jobs are suspects");

std::optional<std::string_view> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>{text};
}

} // namespace

job_table::job_table(const connection& db)
    : insert_(db, sql::insert_job),
      find_running_(db, sql::find_running_job),
      end_(db, sql::end_job),
      update_(db, sql::update_job),
      list_live_(db, sql::list_live_jobs),
      replay_(db, sql::replay_job),
      list_due_(db, sql::list_due_jobs),
      find_due_suspect_(db, sql::find_due_suspect),
      next_run_at_(db, sql::next_run_at),
      find_suspect_(db, sql::find_running_suspect),
      claim_(db, sql::claim_job),
      take_tokens_(db, sql::take_claim_tokens),
      list_expired_(db, sql::list_expired_jobs),
      list_running_(db, sql::list_running_jobs),
      release_(db, sql::release_job) {}

void job_table::insert(const new_job& job, timestamp time) {
  insert_.exec(job.id, job.kind, job.subject, job.input_hash, job.prompt_version, time, time, time);
}

std::optional<std::int64_t> job_table::running(const job_id& id, std::int64_t claim_token) {
  auto row = find_running_.query(id, claim_token);
  return row.next() ? std::optional{row.get<std::int64_t>(0)} : std::nullopt;
}

void job_table::end(const job_completion& done, timestamp time) {
  end_.exec(done.state, text_or_null(done.reason), time, done.id);
}

void job_table::cancel_others(const uuid_bytes& subject, std::span<const new_job> wanted, const job_id& except,
                              timestamp time) {
  std::vector<job_id> unwanted;
  {
    auto row = list_live_.query(subject);
    while (row.next()) {
      auto id = row.get<job_id>(0);
      bool stays = id == except || std::any_of(wanted.begin(), wanted.end(), [&](const new_job& job) {
                     return enum_name(job.kind) == row.get<std::string_view>(1)
                            && job.input_hash == row.get<std::string_view>(2)
                            && job.prompt_version == row.get<std::string_view>(3);
                   });
      if (!stays)
        unwanted.push_back(id);
    }
  }
  for (const auto& id : unwanted)
    end_.exec(job_state::cancelled, std::optional<std::string_view>{}, time, id);
}

journal_outcome job_table::update(const job_update& u, timestamp time) {
  auto attempt = running(u.id, u.claim_token);
  if (!attempt)
    return outcome_of(journal_status::job_lost);
  if (u.state == job_state::running)
    return outcome_of(journal_status::failed, "a running job cannot be set running again");
  auto counted = u.charge_attempt ? *attempt : std::max<std::int64_t>(*attempt - 1, 0);
  update_.exec(u.state, counted, u.run_at, text_or_null(u.error), time, u.id);
  return stored_outcome();
}

journal_outcome job_table::replay(const job_replay& r, timestamp time) {
  return replay_.exec(time, time, r.id) == 1 ? stored_outcome() : outcome_of(journal_status::missing);
}

std::vector<job_table::due_job> job_table::due(const claim_jobs& wanted) {
  std::vector<due_job> found;
  for (auto kind : wanted.kinds) {
    auto take = [&](rows row) {
      while (row.next())
        found.push_back({row.get<timestamp>(6),
                         {.id = row.get<job_id>(0),
                          .kind = kind,
                          .subject = row.get<uuid_bytes>(1),
                          .input_hash = row.get<std::string>(2),
                          .prompt_version = row.get<std::string>(3),
                          .attempt = row.get<int>(4) + 1,
                          .crash_count = row.get<int>(5)}});
    };
    take(list_due_.query(kind, wanted.now, wanted.limit));
    take(find_due_suspect_.query(kind, wanted.now));
  }
  std::sort(found.begin(), found.end(), [](const due_job& a, const due_job& b) {
    return std::tie(a.run_at, a.job.id) < std::tie(b.run_at, b.job.id);
  });
  bool suspect_runs = find_suspect_.query(suspect_crashes).next();
  std::erase_if(found, [&](const due_job& due) { return due.job.is_suspect() && std::exchange(suspect_runs, true); });
  if (found.size() > static_cast<std::size_t>(std::max(wanted.limit, 0)))
    found.resize(static_cast<std::size_t>(std::max(wanted.limit, 0)));
  return found;
}

std::int64_t job_table::first_token(std::int64_t count) {
  auto row = take_tokens_.query(count);
  row.next();
  return row.get<std::int64_t>(0) - count;
}

claimed_jobs job_table::claim(const claim_jobs& wanted) {
  claimed_jobs taken;
  auto found = due(wanted);
  if (!found.empty()) {
    auto token = first_token(static_cast<std::int64_t>(found.size()));
    auto until = wanted.now + wanted.lease;
    for (auto& each : found) {
      each.job.claim_token = token++;
      claim_.exec(each.job.attempt, each.job.claim_token, timestamp{until}, wanted.now, each.job.id);
      taken.jobs.push_back(std::move(each.job));
    }
  }
  for (auto kind : wanted.kinds) {
    auto row = next_run_at_.query(kind, suspect_crashes); // a suspect's turn comes when the one before it has ended
    if (row.next()) {
      auto at = row.get<timestamp>(0);
      taken.next_run_at = taken.next_run_at ? std::min(*taken.next_run_at, at) : at;
    }
  }
  return taken;
}

std::size_t job_table::release(rows found, timestamp time) {
  std::vector<std::pair<job_id, std::int64_t>> lost;
  while (found.next())
    lost.emplace_back(found.get<job_id>(0), found.get<std::int64_t>(1) + 1);
  for (const auto& [id, crashes] : lost) {
    bool hopeless = crashes >= 2 * claimed_job::crashes_max;
    release_.exec(hopeless ? job_state::dead : job_state::available, crashes,
                  hopeless ? std::optional<std::string_view>{"poison"} : std::nullopt, time, time, id);
  }
  return lost.size();
}

std::size_t job_table::sweep(timestamp now, int limit) { return release(list_expired_.query(now, limit), now); }

void job_table::release_all(timestamp time) { release(list_running_.query(), time); }

} // namespace callboard::sqlite
