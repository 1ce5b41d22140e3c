#include "persistence/sqlite/writer.hpp"

#include "base/failpoint.hpp"
#include "persistence/sqlite/guarded.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace callboard::sqlite {
namespace {

constexpr int tidy_chunk = 500;

/// A full disk or a busy file is known before anything is durable. Past that nobody knows: the record of the commit may
/// have reached the disk although the system said no.
bool leaves_doubt(const sqlite_error& e) {
  return e.primary() != SQLITE_FULL && e.primary() != SQLITE_BUSY && e.primary() != SQLITE_READONLY;
}

} // namespace

writer::writer(std::shared_ptr<const shared_store> shared)
    : shared_(std::move(shared)),
      db_(shared_->file, connection_use::writer),
      feed_(db_),
      jobs_(db_),
      replies_(db_),
      named_(db_),
      tickets_(db_, feed_, jobs_, named_),
      directory_(db_, feed_, jobs_, named_),
      read_frame_(db_, sql::read_frame),
      save_skew_(db_, sql::save_skew),
      take_numbers_(db_, sql::take_numbers),
      find_number_(db_, sql::find_ticket_number),
      save_entry_(db_, sql::save_search_entry),
      delete_entry_(db_, sql::delete_search_entry),
      save_position_(db_, sql::save_search_position),
      purge_replies_(db_, sql::purge_replies),
      purge_feed_(db_, sql::purge_feed) {
  sqlite3_wal_hook(db_.handle(), note_log, this);
}

int writer::note_log(void* self, sqlite3*, const char*, int pages) {
  static_cast<writer*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

std::vector<journal_outcome> writer::commit(std::span<const journal_item> items) {
  return guarded([&] {
    try {
      return run_batch(items, isolation::none);
    } catch (const sqlite_error& e) {
      if (!e.of_one_statement())
        throw;
    }
    // Nothing of the batch is stored. A savepoint for each costs too much for every day, but not for this one.
    return run_batch(items, isolation::each);
  });
}

std::vector<journal_outcome> writer::run_batch(std::span<const journal_item> items, isolation how) {
  std::vector<journal_outcome> outcomes;
  outcomes.reserve(items.size());
  transaction work{db_};
  auto b = begin_batch();
  const auto before = b;
  for (const auto& item : items)
    outcomes.push_back(how == isolation::none ? apply(b, item) : apply_alone(b, item));
  if (b.id_ahead != before.id_ahead || b.id_behind != before.id_behind)
    save_skew_.exec(b.id_ahead, b.id_behind);
  finish(work, "batch");
  return outcomes;
}

/// The lock on the store makes this process its only user; that the epoch is still ours is the belt beneath.
batch writer::begin_batch() {
  auto row = read_frame_.query();
  if (!row.next() || row.get<std::int64_t>(0) != shared_->epoch)
    throw store_failure("another process has taken the store; this one must stop", false);
  return {row.get<std::int64_t>(3), row.get<std::int64_t>(1), row.get<std::int64_t>(2)};
}

void writer::finish(transaction& work, std::string_view what) {
  hit_failpoint("store.before_commit", what);
  try {
    work.commit();
  } catch (const sqlite_error& e) {
    throw store_failure(e.what(), leaves_doubt(e));
  }
  hit_failpoint("store.after_commit", what);
  shared_->log_keeper->log_is(log_pages_);
}

journal_outcome writer::apply_alone(batch& b, const journal_item& item) {
  const auto before = b;
  db_.run("SAVEPOINT item");
  journal_outcome outcome;
  try {
    outcome = apply(b, item);
  } catch (const sqlite_error& e) {
    if (!e.of_one_statement())
      throw;
    db_.run("ROLLBACK TO item");
    b = before;
    outcome = outcome_of(journal_status::failed, e.what());
  }
  db_.run("RELEASE item");
  return outcome;
}

journal_outcome writer::apply(batch& b, const journal_item& item) {
  if (item.keep)
    if (auto kept = replies_.find(item.who, item.keep->idempotency.key)) {
      auto outcome = outcome_of(journal_status::duplicate_key);
      outcome.kept = std::move(kept);
      return outcome;
    }
  auto outcome = write(b, item);
  if (item.keep && outcome.status == journal_status::stored)
    replies_.insert(item.who, *item.keep, item.time);
  return outcome;
}

journal_outcome writer::write(batch& b, const journal_item& item) {
  struct visitor {
    writer& self;
    batch& b;
    const journal_item& item;
    journal_outcome operator()(const ticket_write& w) { return self.tickets_.write(b, item, w); }
    journal_outcome operator()(const directory_write& w) { return self.directory_.write(b, item, w); }
    journal_outcome operator()(const job_update& u) { return self.jobs_.update(u, item.time); }
    journal_outcome operator()(const job_replay& r) { return self.jobs_.replay(r, item.time); }
    journal_outcome operator()(const reply_only&) { return stored_outcome(); }
  };
  return std::visit(visitor{*this, b, item}, item.write);
}

claimed_jobs writer::claim(const claim_jobs& wanted) {
  return guarded([&] {
    transaction work{db_};
    begin_batch();
    auto taken = jobs_.claim(wanted);
    finish(work, "claim");
    return taken;
  });
}

number_block writer::reserve_numbers(std::int64_t count) {
  return guarded([&] {
    transaction work{db_};
    begin_batch();
    number_block block{1, count};
    {
      auto row = take_numbers_.query(count);
      row.next();
      block.first = row.get<std::int64_t>(0) - count;
    }
    finish(work, "numbers");
    return block;
  });
}

void writer::index(const index_search& found) {
  guarded([&] {
    transaction work{db_};
    begin_batch();
    for (const auto& entry : found.entries) {
      auto row = find_number_.query(entry.id);
      if (!row.next())
        continue;
      auto number = row.get<std::int64_t>(0);
      if (entry.remove)
        delete_entry_.exec(number);
      else
        save_entry_.exec(number, entry.title, entry.text);
    }
    save_position_.exec(found.feed_id);
    finish(work, "index");
  });
}

bool writer::tidy(const tidy_store& wanted) {
  return guarded([&] {
    transaction work{db_};
    begin_batch();
    auto replies = purge_replies_.exec(timestamp{wanted.now - wanted.idempotency_retention}, tidy_chunk);
    auto events = purge_feed_.exec(tidy_chunk, timestamp{wanted.now - wanted.feed_retention});
    auto leases = jobs_.sweep(wanted.now, tidy_chunk);
    finish(work, "tidying");
    return replies == tidy_chunk || events == tidy_chunk || leases == tidy_chunk;
  });
}

} // namespace callboard::sqlite
