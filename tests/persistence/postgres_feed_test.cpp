#include "tests/persistence/opened_postgres.hpp"

#include <gmock/gmock.h>

namespace callboard::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class postgres_feed : public opened_postgres {};

TEST_F(postgres_feed, a_restored_store_has_a_feed_that_goes_on_and_new_cursors) {
  open();
  auto [made, creation] = test_ticket::made(1, at(0));
  commit(creation);
  auto epoch = engine->identity().feed_epoch;
  close();
  run("UPDATE callboard.feed SET xid = '99999999999'");
  open();
  EXPECT_EQ(reader->read({0, 10}).events.size(), 1u);
  EXPECT_GT(engine->identity().feed_epoch, epoch);
}

TEST_F(postgres_feed, cursors_end_when_the_database_is_another_and_stay_when_it_is_the_same) {
  open();
  auto first = engine->identity().feed_epoch;
  EXPECT_THAT(value("SELECT origin FROM callboard.callboard_meta"),
              AllOf(HasSubstr("/00000001/"), Not(HasSubstr("?"))));
  close();
  open();
  auto again = engine->identity().feed_epoch;
  EXPECT_EQ(again, first);
  close();
  run("UPDATE callboard.callboard_meta SET origin = replace(origin, '/00000001/', '/00000002/')");
  open();
  EXPECT_GT(engine->identity().feed_epoch, first) << "it was recovered to a point in time, or promoted";
  close();
  auto copy = std::string{"CREATE DATABASE "};
  test_database restored;
  auto drop = std::string{"DROP DATABASE "};
  auto cluster = look_at("postgres");
  cluster.run(drop.append(restored.name()));
  cluster.run(copy.append(restored.name()).append(" TEMPLATE ").append(database.name()));
  auto before = value("SELECT feed_epoch::text FROM callboard.callboard_meta");
  auto copied = open_store(restored.settings(), at_once());
  EXPECT_GT(copied->identity().feed_epoch, std::stoll(before)) << "a copy in the same cluster";
}

TEST_F(postgres_feed, an_event_beyond_the_horizon_is_not_told_and_neither_is_its_place) {
  open();
  auto look = database.look();
  look.run("BEGIN; SELECT pg_current_xact_id()");
  auto made = test_ticket::made(1, at(0));
  commit(made.second);
  EXPECT_EQ(reader->read({0, 10}).head, 0);
  EXPECT_TRUE(reader->read({0, 10}).events.empty());
  auto texts = reader->texts({0, 10});
  EXPECT_TRUE(texts.entries.empty());
  EXPECT_EQ(texts.feed_id, 0);
  EXPECT_FALSE(texts.more);
  EXPECT_GT(reader->count().feed_held_back.count(), 0);
  look.run("COMMIT");
  EXPECT_EQ(reader->read({0, 10}).head, 1);
  EXPECT_EQ(reader->texts({0, 10}).entries.size(), 1u);
  EXPECT_EQ(reader->count().feed_held_back.count(), 0);
}

TEST_F(postgres_feed, a_ticket_that_is_damaged_outside_its_words_does_not_stop_the_index) {
  open();
  auto [made, creation] = test_ticket::made(1, at(0));
  commit(creation);
  run(R"(UPDATE callboard.ticket SET view = replace(view, '"status":"open"', '"status":"lost"'))");
  EXPECT_THROW(reader->load({{made.state.ticket.id, 0}, {}}), store_failure);
  auto texts = reader->texts({0, 10});
  ASSERT_EQ(texts.entries.size(), 1u);
  EXPECT_EQ(texts.entries.front().title, made.state.ticket.title);
  EXPECT_EQ(texts.entries.front().text, made.state.ticket.description);
}

// Quiet for so long that all that was told is older than what is kept, and then an event that is held back.
TEST_F(postgres_feed, a_cursor_from_before_what_is_kept_ends_also_while_the_first_that_is_kept_is_held_back) {
  open();
  for (int i = 1; i <= 3; ++i)
    commit(test_ticket::made(i, at(i)).second);
  auto look = database.look();
  look.run("BEGIN; SELECT pg_current_xact_id()");
  commit(test_ticket::made(4, at(4)).second);
  run("UPDATE callboard.callboard_meta SET feed_floor = 4");
  auto page = reader->read({1, 500});
  EXPECT_TRUE(page.events.empty());
  EXPECT_EQ(page.head, 3);
  EXPECT_EQ(page.oldest, 0) << "nothing of what is kept may be told";
  look.run("COMMIT");
  page = reader->read({1, 500});
  EXPECT_EQ(page.head, 4);
  EXPECT_EQ(page.oldest, 4);
}

TEST_F(postgres_feed, what_no_day_has_a_place_for_is_told_and_goes_when_it_is_old) {
  open();
  for (int i = 1; i <= 3; ++i)
    commit(test_ticket::made(i, at(i)).second);
  run("UPDATE callboard.feed SET day = '2020-01-01' WHERE id <= 2");
  auto rest = [&] { return value("SELECT count(*)::text FROM callboard.feed_rest"); };
  EXPECT_EQ(rest(), "2");
  EXPECT_EQ(reader->read({0, 10}).events.size(), 3u);
  writer->index({{}, 3});
  writer->tidy({at(100'000), duration_ms{1'000'000}, duration_ms{1}});
  EXPECT_EQ(rest(), "0");
  EXPECT_EQ(reader->read({0, 10}).oldest, 3);
}

TEST_F(postgres_feed, who_dumps_the_database_holds_up_neither_a_start_nor_the_writer) {
  open();
  close();
  run("DO $$ DECLARE place text; BEGIN FOR place IN SELECT relname FROM pg_class WHERE relname ~ '^feed_[0-9]{8}$'"
      " AND relkind = 'r' LOOP EXECUTE 'DROP TABLE callboard.' || place; END LOOP; END $$");
  auto dump = database.look();
  dump.run("BEGIN; LOCK TABLE callboard.feed IN ACCESS SHARE MODE");
  open();
  auto [made, creation] = test_ticket::made(1, at(0));
  EXPECT_EQ(commit(creation).status, stored);
  writer->tidy({at(0), duration_ms{1'000'000}, duration_ms{1'000'000}});
  EXPECT_EQ(value("SELECT count(*)::text FROM callboard.feed_rest"), "1");
  dump.run("COMMIT");
}

TEST_F(postgres_feed, days_to_come_are_made_at_a_start_and_while_it_is_served) {
  constexpr std::string_view days = "SELECT string_agg(relname::text, ',' ORDER BY relname) FROM pg_class"
                                    " WHERE relname ~ '^feed_[0-9]{8}$' AND relkind = 'r'";
  open();
  auto made = value(days);
  EXPECT_THAT(made,
              HasSubstr(value("SELECT to_char(now() AT TIME ZONE 'UTC' + interval '2 days', '\"feed_\"YYYYMMDD')")));
  run("DO $$ BEGIN EXECUTE 'DROP TABLE callboard.'"
      " || (SELECT max(relname::text) FROM pg_class WHERE relname ~ '^feed_[0-9]{8}$' AND relkind = 'r'); END $$");
  ASSERT_NE(value(days), made);
  writer->tidy({at(0), duration_ms{1'000'000}, duration_ms{1'000'000}});
  EXPECT_EQ(value(days), made);
}

TEST_F(postgres_feed, a_day_in_the_feed_is_dropped_when_nothing_in_it_is_told_any_more) {
  open();
  run(
    "CREATE TABLE callboard.feed_20200101 PARTITION OF callboard.feed FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')");
  for (int i = 1; i <= 3; ++i)
    commit(test_ticket::made(i, at(i)).second);
  run("UPDATE callboard.feed SET day = '2020-01-01' WHERE id <= 2");
  auto days = [&] { return value("SELECT count(*)::text FROM pg_class WHERE relname = 'feed_20200101'"); };
  writer->index({{}, 3});
  writer->tidy({at(0), duration_ms{1'000'000}, duration_ms{1'000'000}});
  EXPECT_EQ(days(), "1") << "it is told";
  close();
  open(); // days are kept once a day and writer
  writer->tidy({at(100'000), duration_ms{1'000'000}, duration_ms{1}});
  EXPECT_EQ(days(), "0");
  EXPECT_EQ(reader->read({0, 10}).oldest, 3);
}

} // namespace
} // namespace callboard::contract
