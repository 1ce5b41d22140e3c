#include "actors/journal.hpp"

#include "base/check.hpp"
#include "base/failpoint.hpp"

#include <algorithm>

namespace callboard {
namespace {

constexpr std::chrono::milliseconds calm_after{100};

journal_outcome outcome_of(journal_status status) {
  journal_outcome outcome;
  outcome.status = status;
  return outcome;
}

std::int64_t micros_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

bool wakes_jobs(const journal_item& item) {
  if (auto ticket = std::get_if<ticket_write>(&item.write))
    return !ticket->jobs.empty();
  if (auto directory = std::get_if<directory_write>(&item.write))
    return !directory->jobs.empty();
  return std::holds_alternative<job_replay>(item.write) || std::holds_alternative<job_update>(item.write);
}

/// One call of the store, told at both ends.
class told_call {
public:
  explicit told_call(const std::function<void(bool)>& note) : note_(note) { note_(true); }
  ~told_call() { note_(false); }
  told_call(const told_call&) = delete;
  told_call& operator=(const told_call&) = delete;

private:
  const std::function<void(bool)>& note_;
};

} // namespace

template <class Work>
auto journal_state::write(Work&& work) {
  return guarded([&] {
    told_call call{options_->note_call};
    try {
      auto done = work();
      note_store(true);
      return done;
    } catch (const store_failure& failure) {
      note_store(false, failure.what());
      throw;
    }
  });
}

void journal_state::note_store(bool works, std::string_view why) {
  if (std::exchange(works_, works) != works)
    options_->note_store(works, why);
}

/// Nobody has begun to store these, and nobody else could say so: CAF's promises end without a word.
journal_state::~journal_state() {
  for (auto& promise : promises_)
    promise.deliver(outcome_of(journal_status::unavailable));
  for (auto& promise : doubts_)
    promise.deliver(caf::make_error(caf::sec::request_receiver_down));
}

journal_actor::behavior_type journal_state::start(options given) {
  options_.emplace(std::move(given));
  writer_ = options_->engine->make_writer();
  // What a predecessor was in the middle of is over.
  options_->home.journal_wait_us.store(0, std::memory_order_relaxed);
  options_->home.journal_batch.store(0, std::memory_order_relaxed);
  note_store(true);
  return {
    [this](journal_item& item) { return take(item); },
    [this](const claim_jobs& wanted) { return claim(wanted); },
    [this](reserve_numbers wanted) -> caf::result<number_block> {
      if (wanted.count == 0)
        return on_doubt();
      return write([&] { return writer_->reserve_numbers(wanted.count); });
    },
    [this](const index_search& entries) {
      return write([&] {
        writer_->index(entries);
        return true;
      });
    },
    [this](const tidy_store& how) { return write([&] { return writer_->tidy(how); }); },
    [this](flush_batch due) {
      if (due.number == batch_) // else that batch became full, or was wanted, before its turn
        flush();
    },
    [this](tick) { on_calm(); },
  };
}

/// While the store is stuck, claims pile up whose sender has asked anew. Each would take jobs that nobody runs, and three
/// such leases make poison of a job that never ran.
caf::result<claimed_jobs> journal_state::claim(const claim_jobs& wanted) {
  if (wanted.until.passed(self_->clock().now()))
    return store_fault("nobody waits for this claim any more");
  try {
    return write([&] { return writer_->claim(wanted); });
  } catch (const std::exception& fault) {
    // CAF 0.17 leaves a request unanswered whose handler throws, and the runner would wait for half a lease.
    self_->make_response_promise<claimed_jobs>().deliver(store_fault(fault.what()));
    throw;
  }
}

caf::result<journal_outcome> journal_state::take(journal_item& item) {
  auto promise = self_->make_response_promise<journal_outcome>();
  items_.push_back(std::move(item));
  promises_.push_back(promise);
  // The flush stands behind everything that has already arrived: neighbours join, and an idle writer waits for nobody.
  if (items_.size() >= options_->batch_max)
    flush();
  else if (items_.size() == 1)
    self_->send(self_, flush_batch{batch_});
  return promise;
}

/// Who asks for no numbers asks whether what stood before is done: that includes what waits for its batch, and what a
/// session may still be doing that was lost. Only a store that answers can tell; it is asked once for all who doubt.
caf::result<number_block> journal_state::on_doubt() {
  auto promise = self_->make_response_promise<number_block>();
  doubts_.push_back(promise);
  flush();
  if (doubts_.size() == 1)
    end_doubts();
  return promise;
}

void journal_state::end_doubts() {
  if (doubts_.empty())
    return;
  if (auto none = write([&] { return writer_->reserve_numbers(0); }); none.flag == caf::rt_value) {
    for (auto& promise : std::exchange(doubts_, {}))
      promise.deliver(number_block{});
  } else {
    await_calm();
  }
}

void journal_state::await_calm() {
  if (std::exchange(calm_due_, true))
    return;
  calm_batch_ = batch_;
  self_->delayed_send(self_, calm_after, tick{});
}

void journal_state::on_calm() {
  calm_due_ = false;
  end_doubts();
  if (batch_ != calm_batch_) {
    await_calm();
  } else if (items_.empty()) {
    options_->home.journal_wait_us.store(0, std::memory_order_relaxed);
    options_->home.journal_batch.store(0, std::memory_order_relaxed);
  }
}

void journal_state::flush() {
  if (items_.empty())
    return;
  ++batch_;
  auto items = std::move(items_);
  auto promises = std::move(promises_);
  items_.clear();
  promises_.clear();

  auto begun = steady::now();
  std::vector<journal_outcome> outcomes;
  try {
    outcomes = commit(items);
    CALLBOARD_CHECK(outcomes.size() == promises.size(), "each journal item has an outcome");
  } catch (...) {
    // This ends the actor. Nobody else could tell those who wait that nobody knows.
    for (auto& promise : promises)
      promise.deliver(outcome_of(journal_status::in_doubt));
    throw;
  }
  auto ended = steady::now();
  auto waited = micros_between(items.front().made, begun);
  options_->home.journal_wait_us.store(waited, std::memory_order_relaxed);
  options_->home.journal_batch.store(items.size(), std::memory_order_relaxed);
  options_->note({items.size(), micros_between(begun, ended), waited, outcomes});
  for (std::size_t i = 0; i < promises.size(); ++i)
    promises[i].deliver(outcomes[i]);
  tell_others(items, outcomes);
  // When no more comes the wait is over, and those who gave way must learn it.
  await_calm();
}

std::vector<journal_outcome> journal_state::commit(std::span<const journal_item> items) {
  told_call call{options_->note_call};
  try {
    hit_failpoint("journal.before_commit");
    auto outcomes = writer_->commit(items);
    hit_failpoint("journal.after_commit");
    note_store(true);
    return outcomes;
  } catch (const store_failure& failure) {
    note_store(false, failure.what());
    journal_outcome outcome;
    outcome.status = failure.in_doubt ? journal_status::in_doubt : journal_status::unavailable;
    outcome.detail = failure.what();
    return std::vector<journal_outcome>(items.size(), outcome);
  }
}

void journal_state::tell_others(std::span<const journal_item> items, std::span<const journal_outcome> outcomes) {
  std::int64_t feed_id = 0;
  bool jobs = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    feed_id = std::max(feed_id, outcomes[i].feed_id);
    jobs = jobs || (outcomes[i].status == journal_status::stored && wakes_jobs(items[i]));
  }
  if (auto feed = options_->home.feed.get(); feed && feed_id > 0)
    self_->send(feed, feed_hint{feed_id});
  if (auto runner = options_->home.runner.get(); runner && jobs)
    self_->send(runner, jobs_hint{});
}

journal_actor spawn_journal(caf::actor_system& system, journal_options options) {
  return system.spawn<acting<journal_state>, caf::detached>(std::move(options));
}

} // namespace callboard
