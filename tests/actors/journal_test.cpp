#include "actors/journal.hpp"

#include "base/failpoint.hpp"
#include "tests/actors/actor_test.hpp"

namespace callboard::testing {
namespace {

/// What the engine is told to do, and what it was asked.
struct told_engine {
  std::vector<std::size_t> batches;
  std::function<void()> on_reserve = [] {};
  std::optional<bool> failure; ///< in doubt or not
  std::function<void()> on_commit = [] {};
};

class told_writer final : public store_writer {
public:
  explicit told_writer(told_engine& told) : told_(told) {}
  std::vector<journal_outcome> commit(std::span<const journal_item> items) override {
    told_.batches.push_back(items.size());
    told_.on_commit();
    may_fail();
    return std::vector<journal_outcome>(items.size());
  }
  claimed_jobs claim(const claim_jobs&) override {
    may_fail();
    return {};
  }
  number_block reserve_numbers(std::int64_t count) override {
    told_.on_reserve();
    return {1, count};
  }
  void index(const index_search&) override {}
  bool tidy(const tidy_store&) override { return false; }

private:
  void may_fail() const {
    if (told_.failure)
      throw store_failure("no space left", *told_.failure);
  }
  told_engine& told_;
};

class writers_only final : public store_engine {
public:
  explicit writers_only(told_engine& told) : told_(told) {}
  std::unique_ptr<store_writer> make_writer() override { return std::make_unique<told_writer>(told_); }
  std::unique_ptr<store_reader> make_reader() override { return nullptr; }
  store_identity identity() override { return {}; }

private:
  told_engine& told_;
};

class journal : public actor_test {
protected:
  told_engine told;
  std::vector<std::string> store_notes;
  journal_actor writer;

  void SetUp() override {
    actor_test::SetUp();
    journal_options options{home, std::make_shared<writers_only>(told), 3};
    options.note_store = [this](bool works, std::string_view why) {
      store_notes.push_back(works ? "works" : std::string{why});
    };
    // Not detached, as it is in the process: here every message is run by hand.
    writer = keep(system.spawn<acting<journal_state>>(std::move(options)));
    settle();
  }

  void TearDown() override {
    set_failpoints({});
    actor_test::TearDown();
  }

  static journal_item item() {
    journal_item some;
    some.write = reply_only{};
    return some;
  }
};

TEST_F(journal, commits_neighbours_together_up_to_a_bound) {
  std::vector<decltype(send_request(writer, item()))> pending;
  for (int i = 0; i < 4; ++i)
    pending.push_back(send_request(writer, item()));
  for (auto& p : pending)
    EXPECT_EQ(answer_of<journal_outcome>(p).status, journal_status::stored);
  EXPECT_EQ(told.batches, (std::vector<std::size_t>{3, 1}));
}

TEST_F(journal, a_full_batch_does_not_cut_the_next_one_short) {
  told.on_commit = [this] {
    if (told.batches.size() == 1)
      for (int i = 0; i < 2; ++i)
        client->send(writer, item());
  };
  for (int i = 0; i < 4; ++i)
    client->send(writer, item());
  settle();
  EXPECT_EQ(told.batches, (std::vector<std::size_t>{3, 3}));
}

TEST_F(journal, finding_out_whether_all_is_calm_does_not_cut_a_batch_short) {
  ask<journal_outcome>(writer, item());
  client->send(writer, item());
  scheduler.clock().advance_time(100ms);
  client->send(writer, item());
  settle();
  EXPECT_EQ(told.batches, (std::vector<std::size_t>{1, 2}));
}

TEST_F(journal, numbers_do_not_cut_a_batch_short) {
  client->send(writer, item());
  client->send(writer, reserve_numbers{10});
  client->send(writer, item());
  settle();
  EXPECT_EQ(told.batches, (std::vector<std::size_t>{2}));
}

TEST_F(journal, answers_what_stands_behind_a_write_when_the_write_is_done) {
  std::vector<std::size_t> batches_then;
  auto written = send_request(writer, item());
  told.on_reserve = [&] { batches_then = told.batches; };
  auto behind = send_request(writer, reserve_numbers{0});
  EXPECT_EQ(answer_of<number_block>(behind).count, 0);
  EXPECT_EQ(batches_then, std::vector<std::size_t>{1});
  EXPECT_EQ(answer_of<journal_outcome>(written).status, journal_status::stored);
}

TEST_F(journal, ends_a_doubt_only_when_the_store_answers_again) {
  told.on_reserve = [] { throw store_failure("an earlier session is still at work", false); };
  bool over = false;
  keep(system.spawn([&, writer = writer](caf::event_based_actor* self) {
    self->request(writer, caf::timespan{1h}, reserve_numbers{0}).then([&](const number_block&) { over = true; });
  }));
  pass(1s);
  EXPECT_FALSE(over);
  told.on_reserve = [] {};
  pass(1s);
  EXPECT_TRUE(over);
}

TEST_F(journal, ends_a_doubt_when_it_ends_itself) {
  told.on_reserve = [] { throw store_failure("an earlier session is still at work", false); };
  bool over = false;
  keep(system.spawn([&, writer = writer](caf::event_based_actor* self) {
    self->request(writer, caf::timespan{1h}, reserve_numbers{0})
      .then([](const number_block&) {}, [&](caf::error&) { over = true; });
  }));
  settle();
  client->send_exit(writer, caf::exit_reason::kill);
  settle();
  EXPECT_TRUE(over) << "nothing of its mailbox is done any more, and nobody else could say so";
}

TEST_F(journal, takes_no_jobs_for_who_waits_no_more) {
  claim_jobs late;
  late.until = deadline::at(scheduler.clock().now() - 1ms);
  auto asked = send_request(writer, late);
  settle();
  bool refused = false;
  asked.receive([](const claimed_jobs&) {}, [&](caf::error&) { refused = true; });
  EXPECT_TRUE(refused);
}

TEST_F(journal, says_whether_the_failing_store_leaves_doubt_and_goes_on) {
  told.failure = false;
  EXPECT_EQ(ask<journal_outcome>(writer, item()).status, journal_status::unavailable);
  told.failure = true;
  EXPECT_EQ(ask<journal_outcome>(writer, item()).status, journal_status::in_doubt);
  told.failure.reset();
  EXPECT_EQ(ask<journal_outcome>(writer, item()).status, journal_status::stored);
}

TEST_F(journal, tells_when_the_store_stops_and_when_it_works_again_once_each) {
  EXPECT_EQ(store_notes, std::vector<std::string>{"works"});
  told.failure = false;
  ask<journal_outcome>(writer, item());
  ask<journal_outcome>(writer, item());
  EXPECT_EQ(store_notes, (std::vector<std::string>{"works", "no space left"}));
  told.failure.reset();
  ask<claimed_jobs>(writer, claim_jobs{}); // nobody writes to a server that is not ready, but jobs are looked for
  EXPECT_EQ(store_notes, (std::vector<std::string>{"works", "no space left", "works"}));
}

TEST_F(journal, the_wait_is_over_when_no_more_comes) {
  auto late = item();
  late.made -= 1s;
  ask<journal_outcome>(writer, late);
  EXPECT_GE(home.journal_wait_us.load(), 1'000'000);
  EXPECT_EQ(home.journal_batch.load(), 1u);
  pass(100ms);
  EXPECT_EQ(home.journal_batch.load(), 0u);
  EXPECT_EQ(home.journal_wait_us.load(), 0) << "or background work would give way for ever";
}

TEST_F(journal, that_is_ended_tells_who_waits_for_the_next_batch_that_nothing_is_stored) {
  auto a = send_request(writer, item());
  client->send_exit(writer, caf::exit_reason::kill); // before the batch's turn
  EXPECT_EQ(answer_of<journal_outcome>(a).status, journal_status::unavailable);
}

TEST_F(journal, that_dies_tells_who_waits_that_nobody_knows) {
  set_failpoints({"journal.before_commit=throw*1"});
  auto a = send_request(writer, item()), b = send_request(writer, item());
  EXPECT_EQ(answer_of<journal_outcome>(a).status, journal_status::in_doubt);
  EXPECT_EQ(answer_of<journal_outcome>(b).status, journal_status::in_doubt);
}

} // namespace
} // namespace callboard::testing
