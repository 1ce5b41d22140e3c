#include "actors/housekeeper.hpp"
#include "actors/reader.hpp"
#include "tests/actors/actor_test.hpp"
#include "tests/actors/silent_reader.hpp"

namespace callboard::testing {
namespace {

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

using housekeeper = actor_test;

TEST_F(housekeeper, tidies_chunk_by_chunk_and_counts) {
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

TEST_F(housekeeper, counts_less_often_what_takes_long_to_count) {
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

TEST_F(housekeeper, counts_soon_again_what_failed_at_once) {
  int asked = 0;
  auto engine = std::make_shared<counting_engine>([&] {
    ++asked;
    throw store_failure("away", false);
  });
  reader_actor away = keep(system.spawn<acting<reader_state>>(reader_options{engine}));
  housekeeper_options options{home, [away] { return away; }};
  options.world = world;
  keep(spawn_housekeeper(system, std::move(options)));
  settle();
  for (int i = 0; i < 21; ++i)
    pass(1s);
  EXPECT_EQ(asked, 3);
}

TEST_F(housekeeper, counts_one_at_a_time_and_rests_five_minutes_at_most_after_one_that_came_too_late) {
  int asked = 0;
  auto engine = std::make_shared<counting_engine>([&] {
    if (++asked == 1)
      scheduler.advance_time(25s);
  });
  reader_actor slow = keep(system.spawn<acting<reader_state>>(reader_options{engine}));
  housekeeper_options options{home, [slow] { return slow; }};
  options.store_timeout = 20s;
  options.world = world;
  keep(spawn_housekeeper(system, std::move(options)));
  settle();
  for (int i = 0; i < 290; ++i)
    pass(1s);
  EXPECT_EQ(asked, 1) << "20 seconds of 320, not of 400";
  for (int i = 0; i < 25; ++i)
    pass(1s);
  EXPECT_GE(asked, 2);
}

TEST_F(housekeeper, watches_the_memory_every_second) {
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
