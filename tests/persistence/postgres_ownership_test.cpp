#include "base/failpoint.hpp"
#include "persistence/postgres/ownership.hpp"
#include "tests/persistence/opened_postgres.hpp"
#include "tests/persistence/other_process.hpp"

#include <gmock/gmock.h>

namespace callboard::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class postgres_ownership : public opened_postgres {
protected:
  /// Opens the store, commits a ticket and claims its job, says so, and stays; then writes again when it can.
  other_process holder() const {
    return other_process{[settings = database.settings()](const speak& say) {
      auto held = open_store(settings, at_once());
      auto writes = held->make_writer();
      auto made = test_ticket::made(1, at(0));
      writes->commit({&made.second, 1});
      writes->claim({{job_kind::classify}, 1, at(1), duration_ms{60'000}});
      say(1);
      ::raise(SIGSTOP);
      try {
        auto item = made.first.said("too late", at(2));
        say(static_cast<std::int64_t>(writes->commit({&item, 1}).front().status));
      } catch (const store_failure&) {
        say(-1);
      }
    }};
  }
};

TEST_F(postgres_ownership, a_second_process_is_told_who_has_the_store) {
  auto first = holder();
  ASSERT_TRUE(first.next_word());
  EXPECT_THAT(refusal(), AllOf(HasSubstr("process " + std::to_string(first.id()) + " on "), HasSubstr(" since 20")));
}

TEST_F(postgres_ownership, a_killed_holders_store_is_free_at_once_and_so_are_its_jobs) {
  auto first = holder();
  ASSERT_TRUE(first.next_word());
  first.kill();
  auto begun = std::chrono::steady_clock::now();
  open(duration_ms{6'000});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, postgres::ownership::server_settles);
  EXPECT_EQ(writer->claim({{job_kind::classify}, 1, now() + duration_ms{1'000}, duration_ms{60'000}}).jobs.size(), 1u);
}

TEST_F(postgres_ownership, killed_between_the_fence_and_the_commit_nothing_is_stored_and_behind_it_all_is) {
  auto ann = directory_item("user.created", test_user("Ann", "ann@example.com", at(1)));
  for (auto [point, rows] : {std::pair{"store.before_commit=exit", "0"}, {"store.after_commit=exit", "1"}}) {
    other_process killed{[&, settings = database.settings()](const speak& say) {
      auto held = open_store(settings, {duration_ms{6'000}, {}});
      auto writes = held->make_writer();
      set_failpoints({point});
      writes->commit({&ann, 1}); // in a transaction of several statements
      say(1);
    }};
    EXPECT_FALSE(killed.next_word()) << point;
    open(duration_ms{6'000});
    EXPECT_EQ(value("SELECT count(*)::text FROM callboard.desk_user"), rows) << point;
    EXPECT_EQ(value("SELECT count(*)::text FROM callboard.feed"), rows) << point;
    close();
  }
}

TEST_F(postgres_ownership, a_frozen_holder_is_deposed_and_writes_nothing_when_it_wakes) {
  auto first = holder();
  ASSERT_TRUE(first.next_word());
  open(duration_ms{8'000});
  auto head = reader->read({0, 10}).head;
  first.signal(SIGCONT);
  EXPECT_EQ(first.next_word(), -1);
  EXPECT_EQ(reader->read({0, 10}).head, head);
}

TEST_F(postgres_ownership, who_is_deposed_is_told_once_though_it_writes_nothing) {
  std::atomic<int> told = 0;
  open_options options = at_once();
  options.on_lost = [&](std::string_view why) {
    EXPECT_THAT(std::string{why}, HasSubstr("another process has taken the store"));
    ++told;
  };
  auto held = open_store(database.settings(), options);
  run("UPDATE callboard.shard SET epoch = epoch + 1");
  for (int tries = 0; tries < 100 && told == 0; ++tries)
    run("SELECT pg_sleep(0.1)");
  run("SELECT pg_sleep(1.5)"); // another beat
  EXPECT_EQ(told, 1);
}

TEST_F(postgres_ownership, a_store_that_lacks_what_was_acknowledged_is_written_no_more) {
  std::string told;
  open_options options = at_once();
  options.on_lost = [&](std::string_view why) { told = why; };
  engine = open_store(database.settings(), options);
  writer = engine->make_writer();
  auto [made, creation] = test_ticket::made(1, at(0));
  commit(creation);
  auto [gone, item] = test_ticket::made(2, at(1));
  commit(item);
  auto end_session = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                     " WHERE application_name LIKE '%:writer' AND datname = current_database()";
  run(end_session);
  EXPECT_EQ(commit(made.said("a lost session alone", at(2))).status, stored);
  EXPECT_EQ(told, "");
  // As on a standby that did not get the last of it.
  run("DELETE FROM callboard.feed WHERE id = (SELECT max(id) FROM callboard.feed)");
  run(end_session);
  EXPECT_THROW(commit(gone.said("hello", at(3))), store_failure);
  EXPECT_THAT(told, HasSubstr("without writes that were acknowledged"));
}

TEST_F(postgres_ownership, a_deposed_writer_never_writes_again) {
  open();
  auto [made, creation] = test_ticket::made(1, at(0));
  ASSERT_EQ(commit(creation).status, stored);
  run("UPDATE callboard.shard SET epoch = epoch + 1");
  EXPECT_THROW(commit(made.said("too late", at(1))), store_failure);
  auto two = std::vector{made.said("a", at(1)), made.said("b", at(1))};
  EXPECT_THROW(writer->commit(two), store_failure) << "in several statements";
  EXPECT_THROW(commit(directory_item("user.created", test_user("Ann", "a@example.com", at(1)))), store_failure);
  EXPECT_THROW(writer->claim({{job_kind::classify}, 1, at(9), duration_ms{1'000}}), store_failure);
  EXPECT_THROW(writer->reserve_numbers(1), store_failure);
  EXPECT_THROW(writer->index({{}, 1}), store_failure);
  EXPECT_THROW(writer->tidy({at(9), duration_ms{1}, duration_ms{1}}), store_failure);
  EXPECT_EQ(reader->read({0, 10}).head, 1);
  EXPECT_THROW(engine->make_writer()->reserve_numbers(1), store_failure) << "nor does another of the same engine";
}

} // namespace
} // namespace callboard::contract
