#include "persistence/postgres/writer.hpp"

#include "base/failpoint.hpp"
#include "persistence/postgres/batch_sql.hpp"
#include "persistence/postgres/directory_table.hpp"
#include "persistence/postgres/job_table.hpp"
#include "persistence/postgres/read_sql.hpp"
#include "persistence/postgres/write_sql.hpp"
#include "persistence/reply_owner.hpp"
#include "persistence/stored_rows.hpp"

namespace callboard::postgres {
namespace {

constexpr std::string_view another_past =
  "the store has come back without writes that were acknowledged (a standby behind its primary, an older backup); this "
  "process must stop";

constexpr std::chrono::minutes keep_days_pause{10};
constexpr std::size_t tidy_chunk = 500;
constexpr std::size_t feed_chunk = 10'000;

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> all;
  while (!names.empty()) {
    auto comma = names.find(',');
    all.emplace_back(names.substr(0, comma));
    names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
  }
  return all;
}

} // namespace

writer::writer(std::shared_ptr<const shared_store> shared) : shared_(std::move(shared)), indexer_(shared_) {
  open_session();
}

connection& writer::session() {
  if (!db_ || !db_->is_alive())
    open_session();
  return *db_;
}

void writer::open_session() {
  replace_session(db_, *shared_, connection_use::writer);
  try {
    auto row = db_->query(sql::read_frame);
    row.next();
    if (row.get<bool>(4)) // one of several hosts
      throw store_failure("PostgreSQL is read-only: a standby", false);
    frame_ = {row.get<std::int64_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2), row.get<std::int64_t>(3)};
    refuse_another_past();
    if (unheard_from_)
      db_->ask(sql::unclaim_jobs, shared_->hold->node(), shared_->hold->epoch(), *unheard_from_);
    unheard_from_.reset();
  } catch (...) {
    db_.reset(); // without its frame it must not be used
    throw;
  }
}

/// A standby that was promoted, or a backup that was restored under this process: the next events would get places that
/// others have had, and whoever is warm knows what is not there.
void writer::refuse_another_past() {
  if (frame_.last_feed_id >= shared_->hold->acknowledged) {
    shared_->hold->acknowledged = frame_.last_feed_id;
    return;
  }
  shared_->hold->lose(another_past);
  throw store_failure(std::string{another_past}, false);
}

void writer::hold_fence(connection& db) {
  if (!db.ask(sql::fence, shared_->hold->node(), shared_->hold->epoch()).next())
    throw store_failure(std::string{deposed}, false);
}

template <class Work>
auto writer::fenced(std::string_view what, Work&& work) {
  auto& db = session();
  transaction whole{db};
  hold_fence(db);
  auto done = work(db);
  hit_failpoint("store.before_commit", what);
  whole.commit();
  hit_failpoint("store.after_commit", what);
  return done;
}

// --- batches ---

std::vector<journal_outcome> writer::commit(std::span<const journal_item> items) {
  if (items.empty())
    return {};
  session();
  const auto before = frame_;
  auto steps = plan_steps(items);
  bool wider = false;
  for (const auto& item : items)
    wider = note_skew(frame_, item) || wider;
  try {
    auto all = write_batch(items, steps, wider);
    shared_->hold->acknowledged = frame_.last_feed_id;
    return all;
  } catch (...) {
    // The wider skew is not stored either: the next batch has to see that it is wider.
    frame_.id_ahead = before.id_ahead;
    frame_.id_behind = before.id_behind;
    throw;
  }
}

writer::outcomes writer::write_batch(std::span<const journal_item> items, const std::vector<batch_step>& steps,
                                     bool wider_skew) {
  const auto before = frame_.last_feed_id;
  try {
    return steps.size() == 1 && !steps.front().alone && !wider_skew ? run_statement(items, steps.front())
                                                                    : run_batch(items, steps, isolation::none);
  } catch (const sql_failure&) {
    frame_.last_feed_id = before;
  }
  // Nothing of the batch is stored. Savepoints cost too much for every day, but not for this one.
  return run_batch(items, steps, isolation::each);
}

writer::outcomes writer::run_statement(std::span<const journal_item> items, const batch_step& step) {
  const auto before = frame_.last_feed_id;
  auto values = batch_parameters(items, step, shared_->hold->node(), shared_->hold->epoch(), frame_);
  hit_failpoint("store.before_commit", "batch");
  outcomes all(items.size());
  for (std::size_t at = 0; at < items.size(); ++at)
    if (auto no = refused(items[at]))
      all[at] = *no;
  try {
    auto answered = db_->query_binary(sql::write_batch, values);
    hit_failpoint("store.after_commit", "batch");
    read_outcomes(std::move(answered), items, step, all);
  } catch (const connection_lost& e) {
    return settle(items, before, e);
  }
  fetch_kept(items, all);
  return all;
}

writer::outcomes writer::run_batch(std::span<const journal_item> items, const std::vector<batch_step>& steps,
                                   isolation how) {
  const auto before = frame_.last_feed_id;
  outcomes all(items.size());
  for (std::size_t at = 0; at < items.size(); ++at)
    if (auto no = refused(items[at]))
      all[at] = *no;
  try {
    fenced("batch", [&](connection& db) {
      db.ask(sql::save_skew, frame_.id_ahead, frame_.id_behind);
      for (const auto& step : steps)
        how == isolation::none ? run_step(items, step, all) : run_isolated(items, step, all);
      return 0;
    });
  } catch (const store_failure& e) {
    if (!e.in_doubt) {
      frame_.last_feed_id = before;
      throw;
    }
    bool has_events =
      std::any_of(items.begin(), items.end(), [](const journal_item& item) { return event_count(item) > 0; });
    if (!has_events)
      return settle(items, before, e);
    // What was to be stored is known; the feed shows whether it was.
    auto grown = frame_.last_feed_id > before ? has_grown(before) : std::nullopt;
    if (!grown || !*grown)
      throw store_failure(e.what(), !grown);
  }
  fetch_kept(items, all);
  return all;
}

void writer::run_step(std::span<const journal_item> items, const batch_step& step, outcomes& all) {
  if (step.alone) {
    all[step.items.front()] = write_alone(items[step.items.front()]);
    return;
  }
  read_outcomes(db_->query_binary(sql::write_batch,
                                  batch_parameters(items, step, shared_->hold->node(), shared_->hold->epoch(), frame_)),
                items, step, all);
}

void writer::run_isolated(std::span<const journal_item> items, const batch_step& step, outcomes& all) {
  const auto before = frame_.last_feed_id;
  db_->run("SAVEPOINT part");
  try {
    run_step(items, step, all);
    db_->run("RELEASE part");
    return;
  } catch (const sql_failure& e) {
    db_->run("ROLLBACK TO part; RELEASE part");
    frame_.last_feed_id = before;
    if (step.items.size() == 1) {
      all[step.items.front()] = outcome_of(journal_status::failed, e.what());
      return;
    }
  }
  auto middle = step.items.begin() + static_cast<std::ptrdiff_t>(step.items.size() / 2);
  run_isolated(items, {false, {step.items.begin(), middle}}, all);
  run_isolated(items, {false, {middle, step.items.end()}}, all);
}

void writer::read_outcomes(rows row, std::span<const journal_item> items, const batch_step& step, outcomes& all) {
  if (row.size() != step.items.size())
    throw store_failure(std::string{deposed}, false);
  for (auto at : step.items) {
    row.next();
    auto& outcome = all[at];
    outcome = outcome_of(row.get<journal_status>(1));
    if (auto events = event_count(items[at]); outcome.status == journal_status::stored && events > 0)
      outcome.feed_id = frame_.last_feed_id += static_cast<std::int64_t>(events);
    if (outcome.status == journal_status::unknown_reference)
      outcome.unknown = split(row.get<std::string_view>(2));
  }
}

/// After the commit, so that nothing it finds or fails to find changes what became of the others.
void writer::fetch_kept(std::span<const journal_item> items, outcomes& all) {
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (all[at].status != journal_status::duplicate_key || all[at].kept)
      continue;
    try {
      all[at].kept = find_reply(items[at]);
    } catch (const store_failure& e) {
      all[at] = outcome_of(journal_status::unavailable, e.what());
    }
  }
}

std::optional<stored_reply> writer::find_reply(const journal_item& item) {
  auto row = db_->ask(sql::find_reply, reply_owner(item.who), item.keep->idempotency.key);
  return row.next() ? std::optional{reply_of_row(row)} : std::nullopt;
}

journal_outcome writer::write_alone(const journal_item& item) {
  struct visitor {
    writer& self;
    const journal_item& item;
    journal_outcome operator()(const ticket_write& w) { return self.write_with_jobs(item, w); }
    journal_outcome operator()(const directory_write& w) {
      return directory_table{*self.db_, self.frame_}.write(item, w);
    }
    journal_outcome operator()(const job_update& u) { return job_table{*self.db_}.update(u, item.time); }
    journal_outcome operator()(const job_replay& r) { return job_table{*self.db_}.replay(r, item.time); }
    journal_outcome operator()(const reply_only&) { return stored_outcome(); }
  };
  // The statement of a ticket looks at the key and keeps the reply by itself.
  bool keeps = item.keep && !std::holds_alternative<ticket_write>(item.write);
  if (keeps)
    if (auto kept = find_reply(item)) {
      auto outcome = outcome_of(journal_status::duplicate_key);
      outcome.kept = std::move(kept);
      return outcome;
    }
  auto outcome = std::visit(visitor{*this, item}, item.write);
  if (keeps && outcome.status == journal_status::stored) {
    const auto& [key, hash] = item.keep->idempotency;
    const auto& r = item.keep->reply;
    db_->ask(sql::insert_reply, reply_owner(item.who), key, hash, item.time, r.status, r.problem, r.etag, r.location,
             r.retry_after_s, r.body);
  }
  return outcome;
}

journal_outcome writer::write_with_jobs(const journal_item& item, const ticket_write& w) {
  auto without = item;
  std::get<ticket_write>(without.write).jobs.clear();
  outcomes one(1);
  run_step({&without, 1}, {false, {0}}, one);
  if (one.front().status == journal_status::stored)
    for (const auto& job : w.jobs)
      job_table{*db_}.insert(job, item.time);
  return one.front();
}

// --- doubt ---

/// The feed answers what pg_xact_status would, and costs the usual batch no round trip for its transaction's number: while
/// this process is the only writer, and its old session is over, the feed grew if and only if the batch was committed.
std::optional<bool> writer::has_grown(std::int64_t before) {
  try {
    open_session();
    // Asked after the look at the feed: until then nobody else can have written. Without a lock, which would be a write.
    if (!db_->ask(sql::still_ours, shared_->hold->node(), shared_->hold->epoch()).next())
      return std::nullopt;
    return frame_.last_feed_id > before;
  } catch (const store_failure&) {
    return std::nullopt;
  }
}

std::optional<std::int64_t> writer::feed_id_of(const journal_item& item, std::int64_t after) {
  auto w = std::get_if<ticket_write>(&item.write);
  if (w == nullptr || w->events.empty())
    return std::nullopt;
  auto row = db_->ask(sql::find_feed_id, w->after.ticket.id, item.command_id, after);
  return row.next() ? std::optional{row.get<std::int64_t>(0)} : std::nullopt;
}

/// The answer of the statement is lost, and with it what became of each item. What has left events is stored; of what
/// would have left some, and of a batch that was not committed, nothing is.
writer::outcomes writer::settle(std::span<const journal_item> items, std::int64_t before, const store_failure& lost) {
  auto grown = has_grown(before);
  if (!grown)
    throw store_failure(lost.what(), true);
  try {
    outcomes all;
    for (const auto& item : items)
      all.push_back(settle_one(item, before, *grown, lost));
    return all;
  } catch (const store_failure&) {
    throw store_failure(lost.what(), true); // lost once more while it looked: nobody knows yet
  }
}

journal_outcome writer::settle_one(const journal_item& item, std::int64_t before, bool grown,
                                   const store_failure& lost) {
  if (event_count(item) > 0) {
    auto feed_id = grown ? feed_id_of(item, before) : std::nullopt;
    return feed_id ? stored_outcome(*feed_id) : outcome_of(journal_status::unavailable, lost.what());
  }
  if (!item.keep)
    return outcome_of(journal_status::in_doubt, lost.what());
  // What is kept under its key tells, whether this batch kept it or an earlier one.
  auto outcome = outcome_of(journal_status::duplicate_key);
  outcome.kept = find_reply(item);
  return outcome.kept ? outcome : outcome_of(journal_status::unavailable, lost.what());
}

// --- the rest ---

claimed_jobs writer::claim(const claim_jobs& wanted) {
  auto& db = session();
  hit_failpoint("store.before_commit", "claim");
  try {
    auto taken = job_table{db}.claim(wanted, shared_->hold->node(), shared_->hold->epoch());
    if (!taken)
      throw store_failure(std::string{deposed}, false);
    frame_.next_claim_token += static_cast<std::int64_t>(taken->jobs.size());
    if (!taken->jobs.empty())
      hit_failpoint("store.after_commit", "claim");
    return std::move(*taken);
  } catch (const connection_lost&) {
    unheard_from_ = unheard_from_.value_or(frame_.next_claim_token);
    throw;
  }
}

number_block writer::reserve_numbers(std::int64_t count) {
  return fenced("numbers", [&](connection& db) {
    auto row = db.ask(sql::take_numbers, count);
    row.next();
    return number_block{row.get<std::int64_t>(0) - count, count};
  });
}

bool writer::tidy(const tidy_store& wanted) {
  bool more = fenced("tidying", [&](connection& db) {
    auto replies =
      db.ask(sql::purge_replies, timestamp{wanted.now - wanted.idempotency_retention}, tidy_chunk).changed();
    auto floor =
      db.ask(sql::raise_feed_floor, timestamp{wanted.now - wanted.feed_retention}, feed_chunk, frame_.last_feed_id);
    auto events = floor.next() ? floor.get<std::size_t>(0) : 0;
    auto leases = job_table{db}.sweep(wanted.now, static_cast<int>(tidy_chunk));
    auto stray = db.ask(sql::clear_feed_rest, feed_chunk).changed();
    db.query(sql::fold_counts);
    return replies == tidy_chunk || events == feed_chunk || leases == tidy_chunk || stray == feed_chunk;
  });
  keep_days();
  return more;
}

/// Once a day, and in transactions of their own. Each waits for those who read the feed, as a dump may do for hours, and
/// whoever comes after waits behind it: so they give up soon, and there are places for two days more.
void writer::keep_days() {
  auto today = std::chrono::floor<std::chrono::days>(now());
  auto time = std::chrono::steady_clock::now();
  if (today == days_kept_ || time < keep_days_again_)
    return;
  keep_days_again_ = time + keep_days_pause;
  auto alone = [&](std::string_view step) {
    fenced("days", [&](connection& db) {
      db.query(sql::wait_little);
      return db.query(step).size();
    });
  };
  try {
    for (auto step : {sql::make_feed_days, sql::drop_feed_days})
      alone(step);
    days_kept_ = today;
  } catch (const connection_lost&) {
    throw;
  } catch (const store_failure&) {
    return;
  }
}

} // namespace callboard::postgres
