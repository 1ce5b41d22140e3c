#include "base/failpoint.hpp"
#include "tests/persistence/opened_postgres.hpp"
#include "tests/persistence/other_process.hpp"

#include <functional>
#include <future>

namespace callboard::contract {
namespace {

/// What a node writes, and how.
struct fenced_write {
  std::string_view name;
  std::function<void(store_writer&, test_ticket&)> run;
};

void PrintTo(const fenced_write& w, std::ostream* out) { *out << w.name; }

void commit_all(store_writer& writer, const std::vector<journal_item>& items) {
  for (const auto& outcome : writer.commit(items))
    EXPECT_EQ(outcome.status, stored);
}

const std::vector<fenced_write> messages{
  {"one_statement", [](auto& writer, auto& ticket) { commit_all(writer, {ticket.said("hello", at(1))}); }},
  {"several_statements",
   [](auto& writer, auto& ticket) {
     commit_all(writer, {ticket.said("one", at(1)), ticket.said("two", at(1))});
   }},
};

const std::vector<fenced_write> other_writes{
  {"directory",
   [](auto& writer, auto&) {
     commit_all(writer, {directory_item("user.created", test_user("Ann", "ann@example.com", at(1)))});
   }},
  {"claim",
   [](auto& writer, auto&) {
     writer.claim({{job_kind::classify}, 1, now(), duration_ms{60'000}});
   }},
  {"numbers", [](auto& writer, auto&) { writer.reserve_numbers(1); }},
};

/// The instant that matters: the epoch is raised while a statement of the deposed node is under way.
class postgres_fence : public opened_postgres {
protected:
  postgres_fence() {
    open();
    commit(first.second);
  }

  std::future<void> begin(const fenced_write& w) {
    return std::async(std::launch::async, [&] { w.run(*writer, first.first); });
  }
  /// False when it has ended without that.
  bool comes_to_wait_for_a_lock(std::future<void>& writing) {
    auto look = database.look();
    while (writing.wait_for(std::chrono::milliseconds{1}) != std::future_status::ready)
      if (look
            .query("SELECT FROM pg_stat_activity WHERE application_name LIKE '%:writer' AND wait_event_type = 'Lock'"
                   " AND datname = current_database()")
            .size()
          != 0)
        return true;
    return false;
  }

  std::pair<test_ticket, journal_item> first = test_ticket::made(1, at(0));
};

class postgres_fence_of : public postgres_fence, public testing::WithParamInterface<fenced_write> {};

TEST_P(postgres_fence_of, a_takeover_that_is_not_committed_yet_is_waited_for_and_then_nothing_is_written) {
  auto taker = database.look();
  taker.run("BEGIN; UPDATE callboard.shard SET epoch = epoch + 1");
  auto writing = begin(GetParam());
  ASSERT_TRUE(comes_to_wait_for_a_lock(writing)) << "it was written beside the takeover";
  taker.run("COMMIT");
  EXPECT_THROW(writing.get(), store_failure);
  EXPECT_EQ(reader->read({0, 10}).head, 1);
  EXPECT_EQ(value("SELECT string_agg(state, ',') FROM callboard.job"), "available");
}

class postgres_fence_held_by : public postgres_fence, public testing::WithParamInterface<fenced_write> {};

TEST_P(postgres_fence_held_by, the_epoch_cannot_be_raised_until_what_is_being_written_is_committed) {
  auto gate = database.look();
  gate.run("BEGIN; SELECT FROM callboard.ticket FOR UPDATE");
  auto writing = begin(GetParam());
  ASSERT_TRUE(comes_to_wait_for_a_lock(writing));
  auto taker = database.look();
  taker.run("SET lock_timeout = '200ms'");
  EXPECT_THROW(taker.run("UPDATE callboard.shard SET epoch = epoch + 1"), store_failure);
  gate.run("ROLLBACK");
  EXPECT_NO_THROW(writing.get());
  taker.run("UPDATE callboard.shard SET epoch = epoch + 1");
}

auto name_of_write = [](const auto& info) { return std::string{info.param.name}; };
INSTANTIATE_TEST_SUITE_P(messages, postgres_fence_of, testing::ValuesIn(messages), name_of_write);
INSTANTIATE_TEST_SUITE_P(others, postgres_fence_of, testing::ValuesIn(other_writes), name_of_write);
INSTANTIATE_TEST_SUITE_P(messages, postgres_fence_held_by, testing::ValuesIn(messages), name_of_write);

TEST_F(postgres_fence, a_holder_that_stands_still_within_a_transaction_is_deposed_all_the_same) {
  close();
  other_process frozen{[settings = database.settings()](const speak& say) {
    auto held = open_store(settings, {duration_ms{6'000}, {}});
    auto writes = held->make_writer();
    say(1);
    set_failpoints({"store.before_commit=sleep:60s"});
    auto ann = directory_item("user.created", test_user("Ann", "ann@example.com", at(1)));
    writes->commit({&ann, 1});
  }};
  ASSERT_TRUE(frozen.next_word());
  auto look = database.look();
  while (
    look
      .query("SELECT FROM pg_stat_activity WHERE application_name LIKE '%:writer' AND state = 'idle in transaction'"
             " AND datname = current_database()")
      .size()
    == 0) {}
  frozen.signal(SIGSTOP);
  open(duration_ms{10'000});
  EXPECT_EQ(value("SELECT count(*)::text FROM callboard.desk_user"), "0");
  EXPECT_EQ(reader->read({0, 10}).head, 1);
}

} // namespace
} // namespace callboard::contract
