#include "actors/search_indexer.hpp"
#include "tests/actors/actor_test.hpp"
#include "tests/actors/silent_reader.hpp"

// Who keeps the full-text index.
namespace callboard::testing {
namespace {

/// Sessions of the index's own over the store of the test: always one to read, and maybe one to write.
class index_engine final : public store_engine {
public:
  index_engine(memory_store& store, bool writes) : store_(store), writes_(writes) {}
  std::unique_ptr<store_writer> make_writer() override { return nullptr; }
  std::unique_ptr<store_reader> make_reader() override { return std::make_unique<index_reader>(*this); }
  std::unique_ptr<store_indexer> make_indexer() override {
    return writes_ ? std::make_unique<index_writer>(*this) : nullptr;
  }
  store_identity identity() override { return {}; }

  int failures = 0; ///< questions or writes that fail from now on
  std::vector<int> asked;

private:
  void may_fail() {
    if (failures > 0) {
      --failures;
      throw store_failure("away", false);
    }
  }

  class index_writer final : public store_indexer {
  public:
    explicit index_writer(index_engine& engine) : engine_(engine) {}
    void index(const index_search& found) override {
      engine_.may_fail();
      engine_.store_.indexed.push_back(found);
    }

  private:
    index_engine& engine_;
  };
  class index_reader final : public silent_reader {
  public:
    explicit index_reader(index_engine& engine) : engine_(engine) {}
    search_page texts(const search_texts& q) override {
      engine_.asked.push_back(q.limit);
      engine_.may_fail();
      return engine_.store_.texts(q);
    }

  private:
    index_engine& engine_;
  };

  memory_store& store_;
  bool writes_;
};

/// The journal writes the index, as over SQLite.
class indexing : public actor_test {
protected:
  double lag = 0; ///< s
  std::shared_ptr<index_engine> engine = std::make_shared<index_engine>(store, false);

  /// Not detached, so that the test has its clock.
  indexer_actor start() {
    indexer_options options{home, engine};
    options.page = 4;
    options.lag_max = 1'000ms;
    options.world = world;
    options.note = [this](double now_is) { lag = now_is; };
    auto indexer = keep(indexer_actor{system.spawn<acting<indexer_state>>(std::move(options))});
    settle();
    return indexer;
  }
};

TEST_F(indexing, indexes_each_ticket_whose_text_changed_once_a_page) {
  auto first = ticket_id::make();
  auto second = ticket_id::make();
  store.publish("ticket.created", first);
  store.publish("message.added", first);
  store.publish("ticket.status_changed", second);
  store.publish("ticket.assigned", second);
  store.publish("message.added", second);
  start();
  ASSERT_EQ(store.indexed.size(), 2u);
  ASSERT_EQ(store.indexed[0].entries.size(), 1u);
  EXPECT_EQ(store.indexed[0].entries[0].id, first);
  EXPECT_EQ(store.indexed[0].feed_id, 4);
  EXPECT_EQ(store.indexed[1].entries.at(0).id, second);
  EXPECT_EQ(home.search_feed_id.load(), 5);
  pass(200ms);
  EXPECT_EQ(store.indexed.size(), 2u) << "nothing more has been committed";
}

TEST_F(indexing, gives_way_while_peoples_writes_wait) {
  store.publish("ticket.created", ticket_id::make());
  home.feed_head = 1;
  home.journal_wait_us = 200'000;
  start();
  pass(200ms);
  pass(200ms);
  EXPECT_TRUE(store.indexed.empty());
  EXPECT_DOUBLE_EQ(lag, 0.4) << "and says for how long";
  home.journal_wait_us = 0;
  pass(200ms);
  EXPECT_EQ(store.indexed.size(), 1u);
  EXPECT_DOUBLE_EQ(lag, 0);
}

TEST_F(indexing, lets_many_who_write_at_once_go_first_but_not_for_ever) {
  for (int i = 0; i < 10; ++i)
    store.publish("ticket.created", ticket_id::make());
  home.feed_head = 10;
  home.journal_batch = 16;
  start();
  for (int i = 0; i < 4; ++i)
    pass(200ms);
  EXPECT_TRUE(store.indexed.empty());
  pass(200ms);
  EXPECT_EQ(home.search_feed_id.load(), 10) << "all pages, one after the other";
  EXPECT_DOUBLE_EQ(lag, 0);
}

TEST_F(indexing, works_off_only_what_is_too_old_while_many_write) {
  auto begun = wall;
  for (int i = 0; i < 8; ++i)
    store.publish("ticket.created", ticket_id::make(), begun + 150ms * i);
  home.feed_head = 8;
  home.journal_batch = 16;
  start();
  auto wait = [this](int times) {
    for (int i = 0; i < times; ++i) {
      wall += 200ms;
      pass(200ms);
    }
  };
  wait(5);
  EXPECT_EQ(home.search_feed_id.load(), 4);
  EXPECT_DOUBLE_EQ(lag, 0.55) << "of the oldest that is not indexed, or more";
  wait(3);
  EXPECT_EQ(home.search_feed_id.load(), 8);
}

TEST_F(indexing, does_not_wait_for_a_few_who_write) {
  home.journal_batch = 15;
  store.publish("ticket.created", ticket_id::make());
  start();
  EXPECT_EQ(home.search_feed_id.load(), 1);
}

TEST_F(indexing, leaves_most_of_the_journals_time_to_those_who_write) {
  for (int i = 0; i < 8; ++i)
    store.publish("ticket.created", ticket_id::make());
  home.feed_head = 8;
  home.journal_batch = 2;
  index_takes = 50ms;
  start();
  EXPECT_EQ(home.search_feed_id.load(), 4) << "a page";
  pass(199ms);
  EXPECT_EQ(home.search_feed_id.load(), 4) << "four times as long";
  pass(1ms);
  EXPECT_EQ(home.search_feed_id.load(), 8);
}

TEST_F(indexing, rests_after_a_failure_too_and_never_long) {
  for (int i = 0; i < 8; ++i)
    store.publish("ticket.created", ticket_id::make());
  home.feed_head = 8;
  home.journal_batch = 2;
  index_takes = 1s;
  index_fails = true;
  start();
  EXPECT_EQ(home.search_feed_id.load(), 0);
  index_fails = false;
  index_takes = {};
  pass(1'999ms);
  EXPECT_EQ(home.search_feed_id.load(), 0);
  pass(201ms); // not four seconds: two, and the next tick
  EXPECT_EQ(home.search_feed_id.load(), 8);
}

TEST_F(indexing, does_not_rest_while_nobody_writes) {
  for (int i = 0; i < 8; ++i)
    store.publish("ticket.created", ticket_id::make());
  home.feed_head = 8;
  index_takes = 50ms;
  start();
  EXPECT_EQ(home.search_feed_id.load(), 8);
}

TEST_F(indexing, its_successor_knows_since_when_the_index_is_behind) {
  store.publish("ticket.created", ticket_id::make());
  home.feed_head = 1;
  home.journal_wait_us = 200'000;
  auto first = start();
  pass(200ms);
  client->send_exit(first, caf::exit_reason::kill);
  settle();
  start();
  pass(200ms);
  EXPECT_DOUBLE_EQ(lag, 0.4);
}

TEST_F(indexing, begins_again_after_a_failure_without_moving_on) {
  store.publish("ticket.created", ticket_id::make());
  engine->failures = 1;
  start();
  EXPECT_EQ(home.search_feed_id.load(), 0);
  pass(200ms);
  EXPECT_EQ(home.search_feed_id.load(), 1);
}

/// A session of its own writes it, as over PostgreSQL.
class indexing_beside : public indexing {
protected:
  indexing_beside() { engine = std::make_shared<index_engine>(store, true); }
};

TEST_F(indexing_beside, works_off_all_pages_one_after_the_other) {
  for (int i = 0; i < 10; ++i)
    store.publish("ticket.created", ticket_id::make());
  start();
  EXPECT_EQ(store.indexed.size(), 3u);
  EXPECT_EQ(home.search_feed_id.load(), 10);
  engine->asked.clear();
  pass(200ms);
  EXPECT_EQ(engine->asked.size(), 1u) << "one look a tick when there is nothing";
}

TEST_F(indexing_beside, asks_for_less_after_a_failure_and_for_twice_as_much_after_each_success) {
  for (int i = 0; i < 10; ++i)
    store.publish("ticket.created", ticket_id::make());
  engine->failures = 3; // two questions, and a write
  start();
  pass(200ms);
  EXPECT_EQ(home.search_feed_id.load(), 0);
  pass(200ms);
  pass(200ms);
  EXPECT_EQ(engine->asked, (std::vector{4, 2, 1, 1, 2, 4, 4}));
  EXPECT_EQ(home.search_feed_id.load(), 10);
}

TEST_F(indexing_beside, a_clock_that_was_ahead_does_not_stop_it) {
  store.publish("ticket.created", ticket_id::make(), wall + 1h);
  start();
  ASSERT_EQ(home.search_feed_id.load(), 1);
  store.publish("ticket.created", ticket_id::make(), wall);
  home.feed_head = 2;
  home.journal_batch = 16;
  for (int i = 0; i < 52; ++i)
    pass(200ms);
  EXPECT_EQ(home.search_feed_id.load(), 2);
}

} // namespace
} // namespace callboard::testing
