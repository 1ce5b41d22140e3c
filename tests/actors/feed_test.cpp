#include "actors/feed_tail.hpp"
#include "actors/housekeeper.hpp"
#include "actors/reader.hpp"
#include "tests/actors/actor_test.hpp"
#include "tests/actors/silent_reader.hpp"

// Those who follow the feed, and who tidies it.
namespace callboard::testing {
namespace {

/// A hub that takes a batch at a time, as the port says, and says `done` when the test wants it to.
class hub final : public live_sink {
public:
  void publish(std::shared_ptr<const feed_batch> batch, std::function<void()> done) override {
    EXPECT_FALSE(done_) << "a batch came before the last one was taken";
    batches.push_back(std::move(batch));
    done_ = std::move(done);
  }
  void end_classification_waits() override {}

  void take() {
    ASSERT_TRUE(done_);
    std::exchange(done_, {})();
  }
  std::vector<std::int64_t> seen() const {
    std::vector<std::int64_t> ids;
    for (const auto& batch : batches)
      for (const auto& event : batch->events)
        ids.push_back(event->feed_id);
    return ids;
  }

  std::vector<std::shared_ptr<const feed_batch>> batches;

private:
  std::function<void()> done_;
};

using ids = std::vector<std::int64_t>;

class feed_tail : public actor_test {
protected:
  std::shared_ptr<hub> quick = std::make_shared<hub>();
  std::shared_ptr<hub> slow = std::make_shared<hub>();
  feed_actor feed;
  std::chrono::steady_clock::duration lag{};

  void start() {
    feed_options options{home};
    options.page = 3;
    options.note = [this](std::size_t, auto now_is) { lag = now_is; };
    feed = keep(spawn_feed(system, std::move(options)));
    settle();
  }

  void commit(int events) {
    for (int i = 0; i < events; ++i)
      store.publish("ticket.changed", ticket_id::make());
    client->send(feed, feed_hint{store.feed.back()->feed_id});
    settle();
  }
};

TEST_F(feed_tail, publishes_in_order_a_batch_at_a_time_when_every_hub_has_taken_the_last) {
  home.add_sink(quick);
  home.add_sink(slow);
  start();
  commit(5);
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3}));
  quick->take();
  settle();
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3})) << "the other hub is not ready";
  slow->take();
  settle();
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3, 4, 5}));
  EXPECT_EQ(slow->seen(), quick->seen());
  EXPECT_EQ(quick->batches.back()->head, 5);
}

TEST_F(feed_tail, reads_at_once_after_quiet_and_while_many_write_what_has_gathered) {
  home.add_sink(quick);
  start();
  commit(1);
  EXPECT_EQ(quick->seen(), ids{1});
  quick->take();
  commit(1);
  commit(1);
  EXPECT_EQ(quick->seen(), ids{1});
  pass(10ms);
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3}));
  quick->take();
  pass(10ms);
  commit(1);
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3, 4}));
}

TEST_F(feed_tail, what_is_committed_while_a_batch_is_under_way_is_not_left_to_the_poll) {
  home.add_sink(quick);
  start();
  commit(1);
  commit(1);
  quick->take();
  pass(10ms);
  EXPECT_EQ(quick->seen(), (ids{1, 2}));
}

TEST_F(feed_tail, does_not_ask_again_to_learn_that_there_is_no_more) {
  home.add_sink(quick);
  start();
  commit(1);
  quick->take();
  pass(20ms);
  EXPECT_EQ(store.feed_reads, 1);
  commit(3);
  quick->take();
  pass(20ms);
  EXPECT_EQ(store.feed_reads, 3) << "a whole page may have more behind it";
}

TEST_F(feed_tail, many_hints_within_the_pause_are_one_question) {
  home.add_sink(quick);
  start();
  commit(1);
  quick->take();
  for (int i = 0; i < 2; ++i) {
    commit(1);
    pass(3ms);
  }
  EXPECT_EQ(store.feed_reads, 1);
  pass(4ms);
  EXPECT_EQ(store.feed_reads, 2);
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3}));
  pass(30ms);
  EXPECT_EQ(store.feed_reads, 2);
}

TEST_F(feed_tail, what_was_behind_the_horizon_is_not_left_to_the_poll) {
  home.add_sink(quick);
  start();
  store.feed_horizon = 1;
  commit(2);
  EXPECT_EQ(quick->seen(), ids{1});
  store.feed_horizon = 2;
  quick->take();
  pass(10ms);
  EXPECT_EQ(quick->seen(), (ids{1, 2}));
}

TEST_F(feed_tail, while_the_horizon_stands_it_is_looked_at_less_and_less_often) {
  home.add_sink(quick);
  start();
  store.feed_horizon = 0;
  for (int i = 0; i < 100; ++i) {
    commit(1);
    pass(10ms);
  }
  EXPECT_LE(store.feed_reads, 25) << "a second long: after 10, 20, 40, 50, 50 ms ...";
  EXPECT_GE(store.feed_reads, 15);
  store.feed_horizon = 100;
  pass(50ms);
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3}));
}

TEST_F(feed_tail, a_page_that_came_too_early_is_not_left_to_the_poll) {
  home.add_sink(quick);
  start();
  store.feed_horizon = 0;
  commit(1);
  store.feed_horizon = 1;
  pass(10ms);
  EXPECT_EQ(quick->seen(), ids{1});
}

TEST_F(feed_tail, without_anybody_who_listens_it_keeps_up) {
  start();
  commit(7);
  pass(10ms);
  EXPECT_EQ(home.feed_head.load(), 7);
}

TEST_F(feed_tail, finds_what_no_hint_told_of) {
  home.add_sink(quick);
  start();
  store.publish("ticket.created", ticket_id::make());
  pass(250ms);
  EXPECT_EQ(quick->seen(), ids{1});
}

TEST_F(feed_tail, its_successor_goes_on_where_it_ended) {
  home.add_sink(quick);
  start();
  commit(2);
  client->send_exit(feed, caf::exit_reason::kill);
  settle();
  quick->take();
  settle();
  start();
  commit(1);
  EXPECT_EQ(quick->seen(), (ids{1, 2, 3}));
}

TEST_F(feed_tail, a_store_that_fails_delays_and_loses_nothing_and_the_lag_is_told) {
  home.add_sink(quick);
  start();
  store.reads_fail = true;
  commit(1);
  pass(250ms);
  EXPECT_TRUE(quick->batches.empty());
  EXPECT_GE(lag, 250ms);
  store.reads_fail = false;
  pass(250ms);
  EXPECT_EQ(quick->seen(), ids{1});
  EXPECT_EQ(lag, 0ms);
}

TEST_F(actor_test, the_housekeeper_tidies_chunk_by_chunk_and_counts) {
  store.chunks_to_tidy = 3;
  int counts = 0;
  housekeeper_options options{home, [this] { return home.readers.next(); }};
  options.world = world;
  options.note = [&](const store_counts&) { ++counts; };
  keep(spawn_housekeeper(system, std::move(options)));
  settle();
  EXPECT_EQ(store.chunks_to_tidy, -1) << "three chunks had more behind them, the fourth had not";
  EXPECT_EQ(counts, 1);
  pass(10s);
  EXPECT_EQ(store.chunks_to_tidy, -2);
  EXPECT_EQ(counts, 2);
}

/// Of readers that count, and do as the test says meanwhile.
class counting_engine final : public store_engine {
public:
  explicit counting_engine(std::function<void()> on_count) : on_count_(std::move(on_count)) {}
  std::unique_ptr<store_writer> make_writer() override { return nullptr; }
  std::unique_ptr<store_reader> make_reader() override { return std::make_unique<counter>(on_count_); }
  store_identity identity() override { return {}; }

private:
  class counter final : public silent_reader {
  public:
    explicit counter(const std::function<void()>& on_count) : on_count_(on_count) {}
    store_counts count() override {
      on_count_();
      return {};
    }

  private:
    const std::function<void()>& on_count_;
  };

  std::function<void()> on_count_;
};

TEST_F(actor_test, the_housekeeper_counts_less_often_what_takes_long_to_count) {
  int asked = 0;
  auto engine = std::make_shared<counting_engine>([&] {
    ++asked;
    scheduler.advance_time(2s);
  });
  reader_actor slow = keep(system.spawn<acting<reader_state>>(reader_options{engine}));
  housekeeper_options options{home, [slow] { return slow; }};
  options.world = world;
  keep(spawn_housekeeper(system, std::move(options)));
  settle();
  EXPECT_EQ(asked, 1);
  for (int i = 0; i < 37; ++i)
    pass(1s);
  EXPECT_EQ(asked, 1) << "two seconds of forty";
  for (int i = 0; i < 13; ++i)
    pass(1s);
  EXPECT_EQ(asked, 2);
}

TEST_F(actor_test, the_housekeeper_counts_one_at_a_time_and_soon_again_when_it_failed) {
  int asked = 0;
  auto engine = std::make_shared<counting_engine>([&] {
    ++asked;
    if (asked > 1)
      throw store_failure("away", false);
    scheduler.advance_time(25s);
  });
  reader_actor slow = keep(system.spawn<acting<reader_state>>(reader_options{engine}));
  housekeeper_options options{home, [slow] { return slow; }};
  options.store_timeout = 20s; // the first count comes too late
  options.world = world;
  keep(spawn_housekeeper(system, std::move(options)));
  settle();
  for (int i = 0; i < 11; ++i)
    pass(1s);
  EXPECT_EQ(asked, 2);
  for (int i = 0; i < 10; ++i)
    pass(1s);
  EXPECT_EQ(asked, 3);
}

TEST_F(actor_test, the_housekeeper_watches_the_memory_every_second) {
  bool is_short = false;
  housekeeper_options options{home, [this] { return home.readers.next(); }};
  options.world = world;
  options.memory_is_short = [&] { return is_short; };
  keep(spawn_housekeeper(system, std::move(options)));
  settle();
  EXPECT_FALSE(home.memory_is_short);
  is_short = true;
  pass(1s);
  EXPECT_TRUE(home.memory_is_short);
  is_short = false;
  pass(1s);
  EXPECT_FALSE(home.memory_is_short);
}

} // namespace
} // namespace callboard::testing
