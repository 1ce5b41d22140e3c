#include "persistence/sqlite/writer.hpp"
#include "tests/persistence/sqlite_store.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace callboard::contract {
namespace {

using sqlite::connection;
using sqlite::connection_use;

class sqlite_file_test : public testing::Test {
protected:
  void close() {
    reader.reset();
    writer.reset();
    engine.reset();
  }
  void reopen() {
    close();
    engine = place.open();
    writer = engine->make_writer();
    reader = engine->make_reader();
  }
  std::filesystem::path log() const { return place.file().string() + "-wal"; }
  static journal_item big_ticket(std::int64_t number, std::size_t bytes) {
    create_ticket body;
    body.description = std::string(bytes, 'x');
    return test_ticket::made(number, at(number), body).second;
  }

  sqlite_store place;
  std::unique_ptr<store_engine> engine = place.open();
  std::unique_ptr<store_writer> writer = engine->make_writer();
  std::unique_ptr<store_reader> reader = engine->make_reader();
};

TEST_F(sqlite_file_test, the_settings_that_durability_rests_on_are_in_force) {
  for (auto use : {connection_use::writer, connection_use::reader}) {
    connection db{place.file(), use};
    EXPECT_EQ(db.text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(db.number("PRAGMA synchronous"), 2) << "FULL";
    EXPECT_EQ(db.number("PRAGMA foreign_keys"), 1);
    EXPECT_EQ(db.number("PRAGMA busy_timeout"), 5'000);
    EXPECT_EQ(db.number("PRAGMA trusted_schema"), 0);
    EXPECT_EQ(db.number("PRAGMA query_only"), use == connection_use::reader ? 1 : 0);
  }
  EXPECT_EQ(connection(place.file(), connection_use::writer).number("PRAGMA wal_autocheckpoint"), 0);
  raw_database db{place.file()};
  EXPECT_EQ(db.value("PRAGMA page_size"), "4096");
  EXPECT_EQ(db.value("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict "
                     "AND name NOT LIKE 'sqlite%'"),
            "0")
    << "every table is strict";
}

TEST_F(sqlite_file_test, a_reader_cannot_write) {
  connection db{place.file(), connection_use::reader};
  EXPECT_THROW(db.run("DELETE FROM ticket"), sqlite::sqlite_error);
}

TEST_F(sqlite_file_test, a_full_disk_is_the_stores_failure_and_passes) {
  auto [made, first] = test_ticket::made(1, at(0));
  writer->commit({&first, 1});
  auto& db = dynamic_cast<sqlite::writer&>(*writer).database();
  db.number("PRAGMA max_page_count = 1"); // no more than there are
  auto item = big_ticket(2, 100'000);
  try {
    writer->commit({&item, 1});
    FAIL() << "the disk is full";
  } catch (const store_failure& e) {
    EXPECT_FALSE(e.in_doubt);
    EXPECT_THAT(e.what(), testing::HasSubstr("full"));
  }
  EXPECT_FALSE(reader->load({{{}, 2}, {}}).state) << "nothing of it was stored";
  EXPECT_EQ(reader->load({{{}, 1}, {}}).state, made.state) << "reading goes on";
  db.number("PRAGMA max_page_count = 1000000");
  EXPECT_EQ(writer->commit({&item, 1}).front().status, stored) << "the same writer goes on when there is room again";
}

TEST_F(sqlite_file_test, an_item_beyond_what_sqlite_takes_fails_alone) {
  auto& db = dynamic_cast<sqlite::writer&>(*writer).database();
  sqlite3_limit(db.handle(), SQLITE_LIMIT_LENGTH, 100'000);
  std::vector<journal_item> batch{test_ticket::made(1, at(0)).second, big_ticket(2, 200'000),
                                  test_ticket::made(3, at(0)).second};
  auto outcomes = writer->commit(batch);
  EXPECT_EQ(outcomes[0].status, stored);
  EXPECT_EQ(outcomes[1].status, failed);
  EXPECT_EQ(outcomes[1].detail.find("xxx"), std::string::npos) << "no customer's text in a reason";
  EXPECT_EQ(outcomes[2].status, stored);
}

TEST_F(sqlite_file_test, rows_of_an_older_form_are_read_and_encoded_anew) {
  auto [made, item] = test_ticket::made(1, at(0));
  writer->commit({&item, 1});
  close();
  raw_database{place.file()}.rows("UPDATE ticket SET view_schema = 0,"
                                  " view = json_set(json_remove(view, '$.tags'), '$.colour', 'red')");
  reopen();
  list_tickets asked;
  asked.scope = staff;
  EXPECT_EQ(reader->list(asked).value().items, std::vector{to_json(made.state.ticket)});
  EXPECT_EQ(reader->load({{{}, 1}, {}}).state, made.state);
}

TEST_F(sqlite_file_test, a_row_beyond_the_limits_of_today_is_read) {
  auto [made, item] = test_ticket::made(1, at(0));
  writer->commit({&item, 1});
  close();
  raw_database{place.file()}.rows("UPDATE ticket SET view = json_set(view, '$.requester', "
                                  "json_object('name', replace(printf('%500s', ''), ' ', 'x'), 'email', 'nobody'))");
  reopen();
  auto loaded = reader->load({{{}, 1}, {}}).state;
  ASSERT_TRUE(loaded && loaded->ticket.requester);
  EXPECT_EQ(loaded->ticket.requester->email, "nobody");
}

TEST_F(sqlite_file_test, a_row_that_lacks_a_member_is_the_stores_failure_and_says_which) {
  auto [made, item] = test_ticket::made(1, at(0));
  writer->commit({&item, 1});
  close();
  raw_database{place.file()}.rows("UPDATE ticket SET view = json_remove(view, '$.ai.status')");
  reopen();
  try {
    reader->load({{{}, 1}, {}});
    FAIL() << "it was read";
  } catch (const store_failure& why) {
    EXPECT_NE(std::string{why.what()}.find("/ai/status is required"), std::string::npos) << why.what();
  }
}

TEST_F(sqlite_file_test, what_cannot_be_read_is_the_stores_failure) {
  auto [made, item] = test_ticket::made(1, at(0));
  auto id = made.state.ticket.id;
  writer->commit({&item, 1});
  close();
  raw_database{place.file()}.rows("UPDATE ticket SET view = '{', memory = '7';"
                                  "UPDATE ticket_event SET context = 'x', actor_type = 'nobody';"
                                  "UPDATE job SET kind = 'x'");
  reopen();
  EXPECT_THROW(reader->load({{id, 0}, {}}), store_failure);
  EXPECT_THROW(reader->read({0, 10}), store_failure);
  EXPECT_THROW((void)reader->list(list_events{staff, id, {}}), store_failure);
  EXPECT_THROW(reader->texts({0, 10}), store_failure);
  EXPECT_EQ(reader->count().tickets_by_status.at("open"), 1) << "the rest goes on";
}

TEST_F(sqlite_file_test, readers_see_whole_batches_while_the_writer_writes) {
  constexpr int batches = 150;
  constexpr int batch_size = 8;
  std::atomic<bool> done{false};
  std::atomic<int> looks{0};
  auto look = [&] {
    auto mine = engine->make_reader();
    std::int64_t head = 0;
    while (!done) {
      auto feed = mine->read({0, 100'000});
      EXPECT_EQ(feed.head, static_cast<std::int64_t>(feed.events.size()));
      EXPECT_EQ(feed.head % batch_size, 0);
      EXPECT_GE(feed.head, head);
      head = feed.head;
      list_tickets asked;
      asked.scope = staff;
      asked.page.limit = 100;
      auto numbers = member_texts(mine->list(asked).value().items, "number");
      EXPECT_GE(std::stoll(numbers.empty() ? "0" : numbers.front()), head) << "a list is never behind the feed";
      ++looks;
    }
  };
  std::thread one{look};
  std::thread two{look};
  for (int b = 0; b < batches || looks < 4; ++b) {
    std::vector<journal_item> items;
    for (int i = 1; i <= batch_size; ++i)
      items.push_back(test_ticket::made(b * batch_size + i, at(b)).second);
    for (const auto& outcome : writer->commit(items))
      EXPECT_EQ(outcome.status, stored);
  }
  done = true;
  one.join();
  two.join();
  EXPECT_EQ(raw_database{place.file()}.value("PRAGMA integrity_check"), "ok");
}

TEST_F(sqlite_file_test, the_log_is_moved_to_the_file_beside_the_writer) {
  auto before = std::filesystem::file_size(place.file());
  for (int i = 1; std::filesystem::file_size(place.file()) < before + 1'000'000; ++i) {
    ASSERT_LT(i, 600) << "nobody moves the log";
    auto item = big_ticket(i, 100'000);
    writer->commit({&item, 1});
  }
}

TEST_F(sqlite_file_test, a_log_past_its_bound_is_moved_by_the_writer_itself) {
  for (int i = 1; i <= 5; ++i) {
    auto item = big_ticket(i, 100'000);
    writer->commit({&item, 1});
  }
  auto before = std::filesystem::file_size(place.file());
  sqlite::checkpointer keeper{place.file()};
  keeper.log_is(sqlite::checkpointer::log_pages_max);
  EXPECT_GT(std::filesystem::file_size(place.file()), before) << "done when the call returns";
}

TEST_F(sqlite_file_test, a_clean_end_leaves_one_file) {
  auto item = big_ticket(1, 1'000);
  writer->commit({&item, 1});
  EXPECT_TRUE(std::filesystem::exists(log()));
  close();
  EXPECT_FALSE(std::filesystem::exists(log()));
}

TEST_F(sqlite_file_test, a_second_writer_is_safe_while_the_first_has_not_gone) {
  auto other = engine->make_writer();
  for (int i = 0; i < 10; ++i) {
    auto first = test_ticket::made(2 * i + 1, at(i)).second;
    auto second = test_ticket::made(2 * i + 2, at(i)).second;
    EXPECT_EQ(writer->commit({&first, 1}).front().status, stored);
    EXPECT_EQ(other->commit({&second, 1}).front().status, stored);
  }
  EXPECT_EQ(reader->read({0, 100}).events.size(), 20u);
}

} // namespace
} // namespace callboard::contract
