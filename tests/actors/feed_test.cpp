#include "actors/feed_tail.hpp"
#include "tests/actors/actor_test.hpp"

// Those who follow the feed.
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

} // namespace
} // namespace callboard::testing
