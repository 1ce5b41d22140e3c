#include "tests/persistence/opened_postgres.hpp"

#include <csignal>
#include <future>

namespace callboard::contract {
namespace {

using postgres::connection_lost;

class postgres_loss : public opened_postgres {
protected:
  postgres_loss() {
    open();
    commit(creation);
  }
  ~postgres_loss() override { run("ALTER SYSTEM RESET synchronous_standby_names"), run("SELECT pg_reload_conf()"); }

  /// Ends the writer's session once it waits for a lock or a standby.
  void end_waiting_writer(std::string_view waiting_for) {
    auto look = database.look();
    while (!look
              .ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%:writer'"
                   " AND datname = current_database() AND wait_event_type || ':' || wait_event LIKE $1",
                   waiting_for)
              .next()) {}
  }
  std::vector<journal_outcome> commit_meanwhile(const std::vector<journal_item>& items, std::string_view waiting_for) {
    auto committing = std::async(std::launch::async, [&] { return writer->commit(items); });
    end_waiting_writer(waiting_for);
    return committing.get();
  }
  void wait_for_a_standby_that_never_comes() {
    run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    run("SELECT pg_reload_conf()");
    auto look = database.look();
    while (look.query("SELECT 1 WHERE current_setting('synchronous_standby_names') = 'nobody'").size() == 0)
      look = database.look();
  }

  claimed_jobs claim(timestamp now) { return writer->claim({{job_kind::classify}, 10, now}); }

  std::pair<test_ticket, journal_item> first_ticket = test_ticket::made(1, at(0));
  test_ticket& made = first_ticket.first;
  journal_item& creation = first_ticket.second;
};

TEST_F(postgres_loss, a_session_that_ended_while_idle_is_replaced_without_a_word) {
  run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE '%:writer'"
      " AND datname = current_database()");
  EXPECT_EQ(commit(made.said("hello", at(1))).status, stored);
  EXPECT_EQ(reader->read({0, 10}).head, 3);
}

TEST_F(postgres_loss, a_batch_that_was_not_committed_is_known_to_be_lost) {
  auto look = database.look();
  look.run("BEGIN; LOCK TABLE callboard.feed IN EXCLUSIVE MODE");
  auto before = made;
  auto outcomes = commit_meanwhile({before.said("hello", at(1)), keyed(item_of(at(1), reply_only{}), "k")}, "Lock:%");
  look.run("ROLLBACK");
  EXPECT_EQ(outcomes[0].status, unavailable) << "nothing was stored";
  EXPECT_EQ(outcomes[1].status, unavailable) << "nothing is kept under its key";
  EXPECT_EQ(commit(made.said("hello", at(2))).status, stored);
}

TEST_F(postgres_loss, a_batch_whose_answer_was_lost_is_known_to_be_stored) {
  wait_for_a_standby_that_never_comes();
  auto hello = made.said("hello", at(1));
  auto outcomes = commit_meanwhile({hello}, "IPC:SyncRep");
  EXPECT_EQ(outcomes[0].status, stored);
  EXPECT_EQ(outcomes[0].feed_id, reader->read({0, 10}).head);
  run("ALTER SYSTEM RESET synchronous_standby_names");
  run("SELECT pg_reload_conf()");
  auto again = hello;
  auto look = database.look();
  while (look.query("SELECT 1 WHERE current_setting('synchronous_standby_names') = ''").size() == 0)
    look = database.look();
  EXPECT_EQ(commit(again).status, duplicate_command);
}

TEST_F(postgres_loss, so_is_a_batch_of_several_statements) {
  wait_for_a_standby_that_never_comes();
  auto items = std::vector{made.said("one", at(1)), made.said("two", at(2))};
  auto outcomes = commit_meanwhile(items, "IPC:SyncRep");
  EXPECT_EQ(outcomes[0].status, stored);
  EXPECT_EQ(outcomes[1].status, stored);
  EXPECT_EQ(outcomes[1].feed_id, reader->read({0, 10}).head);
}

TEST_F(postgres_loss, a_reply_that_was_kept_is_found_by_its_key) {
  wait_for_a_standby_that_never_comes();
  auto outcomes =
    commit_meanwhile({keyed(item_of(at(1), reply_only{}), "k"), made.said("hello", at(1))}, "IPC:SyncRep");
  EXPECT_EQ(outcomes[0].status, duplicate_key);
  ASSERT_TRUE(outcomes[0].kept);
  EXPECT_EQ(outcomes[0].kept->idempotency.key, "k");
  EXPECT_EQ(outcomes[1].status, stored);
}

TEST_F(postgres_loss, so_are_two_under_one_key_which_two_statements_keep) {
  wait_for_a_standby_that_never_comes();
  auto one = keyed(item_of(at(1), reply_only{}), "k");
  auto outcomes = commit_meanwhile({one, one}, "IPC:SyncRep");
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.status, duplicate_key);
    EXPECT_TRUE(outcome.kept);
  }
}

TEST_F(postgres_loss, what_cannot_be_looked_up_after_a_loss_stays_in_doubt) {
  wait_for_a_standby_that_never_comes();
  auto committing = std::async(std::launch::async, [&] { return commit(made.said("hello", at(1))); });
  auto look = database.look();
  while (
    look.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()").size()
    == 0) {}
  auto other = database.look();
  auto locking = std::async(std::launch::async, [&] {
    other.run("SET lock_timeout = 0; BEGIN; LOCK TABLE callboard.ticket_event IN ACCESS EXCLUSIVE MODE");
  });
  while (look.query("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'callboard.ticket_event'::regclass").size()
         == 0) {}
  end_waiting_writer("IPC:SyncRep");
  locking.get();
  try {
    committing.get();
    ADD_FAILURE() << "it was not looked up";
  } catch (const store_failure& e) {
    EXPECT_TRUE(e.in_doubt) << e.what();
  }
  other.run("ROLLBACK");
  EXPECT_EQ(value("SELECT count(*) FROM callboard.ticket_event WHERE type = 'message.added'"), "1");
}

TEST_F(postgres_loss, jobs_of_a_claim_whose_answer_was_lost_are_free_at_once_and_no_attempt_is_counted) {
  wait_for_a_standby_that_never_comes();
  auto claiming = std::async(std::launch::async, [&] { return claim(at(1)); });
  end_waiting_writer("IPC:SyncRep");
  EXPECT_THROW(claiming.get(), store_failure);
  EXPECT_EQ(value("SELECT string_agg(state, ',') FROM callboard.job"), "running") << "the claim itself was committed";
  run("ALTER SYSTEM RESET synchronous_standby_names");
  run("SELECT pg_reload_conf()");
  auto again = claim(at(2));
  ASSERT_EQ(again.jobs.size(), 1u);
  EXPECT_EQ(again.jobs.front().attempt, 1);
  EXPECT_EQ(again.jobs.front().crash_count, 0);
}

TEST_F(postgres_loss, a_reader_is_replaced_too) {
  run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE '%:reader'"
      " AND datname = current_database()");
  EXPECT_TRUE(reader->load({{made.state.ticket.id, 0}, {}}).state);
}

// --- what nobody heard ---

TEST_F(postgres_loss, nothing_goes_on_while_an_earlier_session_cannot_be_ended) {
  auto name = value("SELECT application_name FROM pg_stat_activity WHERE application_name LIKE '%:writer'"
                    " AND datname = current_database()");
  auto earlier = database.look();
  earlier.ask("SELECT set_config('application_name', $1, false)", name);
  struct standstill { // as in a flush to a disk that hangs: what is to end the session is not heard
    explicit standstill(int session) : pid(session) { ::kill(pid, SIGSTOP); }
    ~standstill() { ::kill(pid, SIGCONT); }
    int pid;
  };
  {
    standstill hangs{earlier.backend_pid()};
    database.look().ask("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                        " WHERE application_name = $1 AND datname = current_database() AND pid <> $2",
                        name, earlier.backend_pid());
    auto hello = made.said("hello", at(1));
    EXPECT_THROW(writer->commit({&hello, 1}), store_failure);
    EXPECT_EQ(reader->read({0, 10}).head, 1);
  }
  auto again = test_ticket::made(2, at(2)).second;
  EXPECT_EQ(commit(again).status, stored);
  EXPECT_THROW(earlier.run("SELECT 1"), connection_lost);
}

TEST_F(postgres_loss, a_kept_reply_that_cannot_be_fetched_is_told_of_its_item_alone) {
  commit(keyed(item_of(at(0), reply_only{}), "taken"));
  auto gate = database.look();
  gate.run("BEGIN; LOCK TABLE callboard.ticket_count IN EXCLUSIVE MODE");
  std::vector items{test_ticket::made(2, at(1)).second, keyed(test_ticket::made(3, at(1)).second, "taken"),
                    test_ticket::made(4, at(1)).second};
  auto committing = std::async(std::launch::async, [&] { return writer->commit(items); }).share();
  auto look = database.look();
  while (look
           .query("SELECT FROM pg_stat_activity WHERE application_name LIKE '%:writer' AND wait_event_type = 'Lock'"
                  " AND datname = current_database()")
           .size()
         == 0) {}
  auto blocking = std::async(std::launch::async, [&] {
    auto other = database.look();
    other.run("SET lock_timeout = 0; BEGIN; LOCK TABLE callboard.idem IN ACCESS EXCLUSIVE MODE");
    committing.wait();
    other.run("ROLLBACK");
  });
  while (look.query("SELECT FROM pg_locks WHERE NOT granted AND relation = 'callboard.idem'::regclass").size() == 0) {}
  gate.run("ROLLBACK");
  auto outcomes = committing.get();
  blocking.get();
  EXPECT_EQ(outcomes[0].status, stored);
  EXPECT_EQ(outcomes[1].status, unavailable) << outcomes[1].detail;
  EXPECT_EQ(outcomes[2].status, stored);
  EXPECT_EQ(commit(test_ticket::made(5, at(2)).second).status, stored) << "the writer knows where the feed is";
  EXPECT_EQ(commit(keyed(test_ticket::made(3, at(3)).second, "taken")).status, duplicate_key);
}

TEST_F(postgres_loss, a_skew_that_was_not_stored_is_stored_by_the_next_batch) {
  auto ahead = [](std::int64_t number) { return test_ticket::made(number, now() + std::chrono::minutes{1}).second; };
  auto gate = database.look();
  gate.run("BEGIN; LOCK TABLE callboard.ticket_count IN EXCLUSIVE MODE");
  auto lost = ahead(2);
  EXPECT_THROW(writer->commit({&lost, 1}), store_failure);
  gate.run("ROLLBACK");
  ASSERT_EQ(commit(ahead(3)).status, stored);
  list_tickets recent;
  recent.scope = staff;
  recent.filter.created_after = now() + std::chrono::seconds{30};
  EXPECT_EQ(reader->list(recent)->items.size(), 1u);
}

} // namespace
} // namespace callboard::contract
