#include "tests/persistence/other_process.hpp"
#include "tests/persistence/sqlite_store.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <functional>

#include <sys/wait.h>

namespace callboard::contract {
namespace {

using testing::HasSubstr;

class store_lock_test : public testing::Test {
protected:
  std::filesystem::path file() const { return folder_.path() / "callboard.db"; }

  /// Opens the store, says so, and stays.
  other_process holder() const {
    return other_process{[file = file()](const speak& say) {
      auto engine = open_store(settings_for(file), at_once());
      say(1);
      ::pause();
    }};
  }

private:
  test_folder folder_;
};

TEST_F(store_lock_test, a_second_process_is_told_who_has_the_store) {
  auto first = holder();
  ASSERT_TRUE(first.next_word());
  try {
    open_store(settings_for(file()), at_once());
    FAIL() << "two processes have the store";
  } catch (const store_open_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("process " + std::to_string(first.id()) + " on "));
    EXPECT_THAT(e.what(), HasSubstr(" since 20"));
  }
  EXPECT_THROW(migrate_store(settings_for(file()), at_once()), store_open_error);
}

TEST_F(store_lock_test, the_store_of_a_killed_process_is_free_at_once) {
  auto first = holder();
  ASSERT_TRUE(first.next_word());
  first.kill();
  EXPECT_TRUE(open_store(settings_for(file()), at_once()));
}

TEST_F(store_lock_test, a_holder_that_is_going_is_waited_for) {
  auto first = holder();
  ASSERT_TRUE(first.next_word());
  int told = 0;
  open_options patient{duration_ms{60'000}, [&](std::string_view who) {
                         ++told;
                         EXPECT_THAT(std::string{who}, HasSubstr(std::to_string(first.id())));
                         first.kill();
                       }};
  EXPECT_TRUE(open_store(settings_for(file()), patient));
  EXPECT_EQ(told, 1);
}

TEST_F(store_lock_test, one_process_cannot_have_it_twice_not_even_by_another_name) {
  auto engine = open_store(settings_for(file()), at_once());
  EXPECT_THROW(open_store(settings_for(file()), at_once()), store_open_error);
  auto link = file().parent_path() / "link.db";
  std::filesystem::create_symlink(file(), link);
  EXPECT_THROW(open_store(settings_for(link), at_once()), store_open_error);
}

TEST_F(store_lock_test, the_store_is_held_until_the_last_connection_is_gone) {
  auto engine = open_store(settings_for(file()), at_once());
  auto writer = engine->make_writer();
  engine.reset();
  EXPECT_THROW(open_store(settings_for(file()), at_once()), store_open_error);
  writer.reset();
  EXPECT_TRUE(open_store(settings_for(file()), at_once()));
}

TEST_F(store_lock_test, who_lost_the_store_to_a_deleted_lock_file_writes_no_more) {
  auto engine = open_store(settings_for(file()), at_once());
  auto writer = engine->make_writer();
  auto [made, creation] = test_ticket::made(1, at(0));
  auto message = made.said("late", at(1));
  writer->commit({&creation, 1});
  std::filesystem::remove(file().string() + ".lock");
  auto successor = open_store(settings_for(file()), at_once());
  EXPECT_THROW(writer->commit({&message, 1}), store_failure);
  EXPECT_THROW(writer->reserve_numbers(1), store_failure);
  EXPECT_THROW(writer->claim({{job_kind::classify}, 1, at(2), duration_ms{1}}), store_failure);
  EXPECT_EQ(successor->make_reader()->load({{{}, 1}, {}}).state->ticket.version, 1);
}

TEST_F(store_lock_test, what_was_acknowledged_before_a_kill_is_there_after_it) {
  for (int round = 0; round < 3; ++round) {
    other_process desk{[file = file(), round](const speak& say) {
      auto engine = open_store(settings_for(file), at_once());
      auto writer = engine->make_writer();
      for (int i = round * 1'000'000 + 1;; i += 3) {
        std::vector<journal_item> batch;
        for (int n = 0; n < 3; ++n)
          batch.push_back(test_ticket::made(i + n, at(i)).second);
        if (writer->commit(batch).back().status != stored || !say(i))
          return;
      }
    }};
    std::vector<std::int64_t> acknowledged;
    while (acknowledged.size() < 20)
      acknowledged.push_back(desk.next_word().value());
    desk.kill();
    while (auto word = desk.next_word())
      acknowledged.push_back(*word);

    auto engine = open_store(settings_for(file()), at_once());
    auto reader = engine->make_reader();
    for (auto first : acknowledged)
      for (int n = 0; n < 3; ++n)
        EXPECT_TRUE(reader->load({{{}, first + n}, {}}).state) << first + n;
    auto feed = reader->read({0, 1'000'000});
    EXPECT_EQ(feed.head, static_cast<std::int64_t>(feed.events.size()));
    EXPECT_EQ(feed.head % 3, 0) << "batches are whole";
  }
  EXPECT_EQ(raw_database{file()}.value("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(raw_database{file()}.value("PRAGMA foreign_key_check"), "");
}

} // namespace
} // namespace callboard::contract
