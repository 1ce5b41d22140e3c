#include "actors/reader.hpp"

#include "actors/supervisor.hpp"
#include "base/failpoint.hpp"
#include "tests/actors/actor_test.hpp"
#include "tests/actors/silent_reader.hpp"

namespace callboard::testing {
namespace {

struct asked_questions {
  bool fails = false;
  std::vector<std::size_t> loads; ///< how many tickets each asked for
  int lists = 0;
};

/// Finds nothing, cannot read ticket 13, and may be told to fail.
class empty_reader final : public silent_reader {
public:
  explicit empty_reader(asked_questions& asked) : asked_(asked) {}
  loaded_ticket load(const load_ticket& q) override {
    if (q.ticket.number == 13)
      throw store_failure("damaged", false);
    loaded_ticket found;
    found.state.emplace().ticket.number = q.ticket.number;
    return found;
  }
  std::vector<load_answer> load_each(std::span<const load_ticket> all) override {
    asked_.loads.push_back(all.size());
    return store_reader::load_each(all);
  }
  result<page> list(const list_tickets&) override {
    ++asked_.lists;
    if (asked_.fails)
      throw store_failure("the disk is gone", false);
    return page{};
  }
  result<page> list(const list_users&) override { return refuse(error_code::invalid_cursor, "It makes no sense."); }

private:
  asked_questions& asked_;
};

class readers_only final : public store_engine {
public:
  std::unique_ptr<store_writer> make_writer() override { return nullptr; }
  std::unique_ptr<store_reader> make_reader() override {
    ++connections;
    return std::make_unique<empty_reader>(asked);
  }
  store_identity identity() override { return {}; }

  asked_questions asked;
  int connections = 0;
};

class reader : public actor_test {
protected:
  std::shared_ptr<readers_only> engine = std::make_shared<readers_only>();
  reader_pool pool{2, 10};
  supervisor_actor parent;
  std::vector<supervision_note> restarts;
  std::vector<std::string> timed;
  std::function<void()> on_timed; ///< once

  void SetUp() override {
    actor_test::SetUp();
    supervisor_options options;
    options.path = "store";
    options.children = {spec(0), spec(1)};
    options.world = world;
    options.notify = [this](const supervision_note& note) { restarts.push_back(note); };
    parent = keep(spawn_supervisor(system, std::move(options)));
    settle();
    ASSERT_EQ(engine->connections, 2);
  }

  void TearDown() override {
    set_failpoints({});
    pool.at(0).set({});
    pool.at(1).set({});
    actor_test::TearDown();
  }

  child_spec spec(std::size_t place) {
    return {"reader_" + std::to_string(place + 1), [this, place](caf::actor_system& s) {
              reader_options options{engine};
              options.note = [this](std::string_view query, std::int64_t) {
                timed.emplace_back(query);
                if (auto once = std::exchange(on_timed, nullptr))
                  once();
              };
              // Not detached, as it is in the process: here every message is run by hand.
              auto handle = s.spawn<acting<reader_state>>(std::move(options));
              pool.at(place).set(handle);
              return caf::actor_cast<caf::actor>(handle);
            }};
  }

  enum class end {
    open,
    answered,
    late,
    failed
  };

  /// Asks as the edge does: with a permit that comes back with whatever ends the question.
  template <class Answer, class Question>
  std::shared_ptr<end> ask_permitted(std::size_t place, Question question) {
    auto how = std::make_shared<end>(end::open);
    auto permit = pool.take_permit();
    EXPECT_TRUE(permit);
    keep(system.spawn([this, place, how, permit, question](caf::event_based_actor* self) {
      self->request(pool.at(place).get(), caf::timespan{1h}, question)
        .then(
          [how, permit](const Answer&) { *how = end::answered; },
          [how, permit](const caf::error& why) { *how = why == caf::sec::request_timeout ? end::late : end::failed; });
    }));
    return how;
  }

  void start_again() { pass(2s); } // any back-off
};

TEST_F(reader, that_crashes_on_every_list_tells_who_asked_each_time_and_keeps_no_permit) {
  set_failpoints({"reader@list_tickets=throw*5"});
  for (int i = 0; i < 5; ++i) {
    SCOPED_TRACE(i);
    auto how = ask_permitted<page_result>(0, list_tickets{});
    settle();
    EXPECT_EQ(*how, end::failed);
    EXPECT_EQ(pool.waiting(), 0);
    start_again();
  }
  ASSERT_EQ(restarts.size(), 5u);
  EXPECT_EQ(restarts[0].path, "store/reader_1");
  EXPECT_NE(restarts[0].reason.find("failpoint reader"), std::string::npos) << restarts[0].reason;
  EXPECT_EQ(engine->connections, 7) << "each successor opens its own";
  auto how = ask_permitted<page_result>(0, list_tickets{});
  settle();
  EXPECT_EQ(*how, end::answered);
}

TEST_F(reader, that_crashes_leaves_the_other_to_its_work) {
  set_failpoints({"reader@list_tickets=throw"});
  auto other = pool.at(1).get();
  auto crashed = ask_permitted<page_result>(0, list_tickets{});
  auto found = ask_permitted<optional_user>(1, find_user{});
  settle();
  EXPECT_EQ(*crashed, end::failed);
  EXPECT_EQ(*found, end::answered);
  auto again = ask_permitted<page_result>(1, list_messages{});
  settle();
  EXPECT_EQ(*again, end::answered) << "while the first is not back";
  start_again();
  EXPECT_EQ(pool.at(1).get(), other);
  EXPECT_EQ(restarts.size(), 1u);
  EXPECT_EQ(pool.waiting(), 0);
}

TEST_F(reader, that_crashes_tells_those_too_who_stood_behind_or_wait_for_the_batch) {
  set_failpoints({"reader@list_messages=throw*1"});
  std::vector<std::shared_ptr<end>> all{ask_permitted<loaded_ticket>(0, load_ticket{}),
                                        ask_permitted<page_result>(0, list_tickets{}),
                                        ask_permitted<page_result>(0, list_messages{})};
  for (int i = 0; i < 4; ++i)
    all.push_back(ask_permitted<optional_user>(0, find_user{}));
  EXPECT_EQ(pool.waiting(), 7);
  settle();
  for (const auto& how : all)
    EXPECT_EQ(*how, end::failed);
  EXPECT_EQ(pool.waiting(), 0);
}

TEST_F(reader, a_store_that_fails_is_an_answer_and_not_its_end) {
  engine->asked.fails = true;
  auto how = ask_permitted<page_result>(0, list_tickets{});
  settle();
  EXPECT_EQ(*how, end::failed);
  engine->asked.fails = false;
  EXPECT_TRUE(ask<page_result>(pool.at(0).get(), list_tickets{}).value);
  EXPECT_TRUE(restarts.empty());
  EXPECT_EQ(engine->connections, 2);
}

TEST_F(reader, asks_for_the_tickets_of_neighbours_together_and_each_has_its_own_answer) {
  std::vector<std::shared_ptr<end>> all;
  for (std::int64_t number : {12, 13, 14})
    all.push_back(ask_permitted<loaded_ticket>(0, load_ticket{{{}, number}, {}}));
  settle();
  EXPECT_EQ(engine->asked.loads, std::vector<std::size_t>{3});
  EXPECT_EQ(*all[0], end::answered);
  EXPECT_EQ(*all[1], end::failed);
  EXPECT_EQ(*all[2], end::answered);
  EXPECT_EQ(ask<loaded_ticket>(pool.at(0).get(), load_ticket{{{}, 15}, {}}).state->ticket.number, 15);
  EXPECT_EQ(engine->asked.loads, (std::vector<std::size_t>{3, 1}));
}

TEST_F(reader, asks_once_for_a_list_that_several_wait_for_and_again_for_who_comes_later) {
  list_tickets open;
  open.filter.status = {ticket_status::open};
  std::vector<std::shared_ptr<end>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(ask_permitted<page_result>(0, open));
    all.push_back(ask_permitted<page_result>(0, list_tickets{}));
  }
  settle();
  for (const auto& how : all)
    EXPECT_EQ(*how, end::answered);
  EXPECT_EQ(engine->asked.lists, 2);
  ask<page_result>(pool.at(0).get(), open);
  EXPECT_EQ(engine->asked.lists, 3);
}

TEST_F(reader, does_not_ask_the_store_what_nobody_waits_for_any_more) {
  auto past = deadline::at(scheduler.clock().now() - 1ms);
  auto find = ask_permitted<optional_user>(0, find_user{.until = past});
  auto load = ask_permitted<loaded_ticket>(0, load_ticket{.ticket = {{}, 12}, .until = past});
  auto list = ask_permitted<page_result>(0, list_tickets{.until = past});
  settle();
  for (const auto& how : {find, load, list})
    EXPECT_EQ(*how, end::late);
  EXPECT_TRUE(timed.empty()) << timed.front();
  EXPECT_EQ(pool.waiting(), 0);
  EXPECT_TRUE(restarts.empty());
}

TEST_F(reader, leaves_out_of_a_batch_who_has_gone_while_it_was_gathered) {
  auto now = scheduler.clock().now();
  auto gone = ask_permitted<loaded_ticket>(0, load_ticket{.ticket = {{}, 12}, .until = deadline::at(now + 1s)});
  auto there = ask_permitted<loaded_ticket>(0, load_ticket{.ticket = {{}, 14}, .until = deadline::at(now + 1h)});
  auto left = ask_permitted<page_result>(0, list_tickets{.until = deadline::at(now + 1s)});
  auto slow = ask_permitted<optional_user>(0, find_user{});
  on_timed = [this] { scheduler.advance_time(2s); };
  settle();
  EXPECT_EQ(*gone, end::late);
  EXPECT_EQ(*there, end::answered);
  EXPECT_EQ(*left, end::late);
  EXPECT_EQ(*slow, end::answered);
  EXPECT_EQ(engine->asked.loads, std::vector<std::size_t>{1});
  EXPECT_EQ(engine->asked.lists, 0);
}

TEST(list_tickets, are_equal_when_they_ask_the_same_whatever_their_time) {
  list_tickets asked;
  auto& [scope, filter, sort, ascending, page, until] = asked; // one more belongs into operator==, too
  until = deadline{1};
  EXPECT_EQ(asked, list_tickets{});
  auto differs = [&](auto& member, auto value) {
    std::swap(member, value);
    EXPECT_NE(asked, list_tickets{});
    std::swap(member, value);
    EXPECT_EQ(asked, list_tickets{});
  };
  auto other_scope = scope;
  other_scope.all_tickets = !other_scope.all_tickets;
  differs(scope, other_scope);
  differs(filter, ticket_filter{.tag = "vip"});
  differs(sort, ticket_sort::priority);
  differs(ascending, true);
  differs(page, page_request{.limit = 7});
}

TEST_F(reader, asks_for_a_list_as_long_as_one_of_those_who_share_it_waits) {
  auto now = scheduler.clock().now();
  auto soon = ask_permitted<page_result>(0, list_tickets{.until = deadline::at(now - 1ms)});
  auto later = ask_permitted<page_result>(0, list_tickets{.until = deadline::at(now + 1s)});
  auto once_more = ask_permitted<page_result>(0, list_tickets{.until = deadline::at(now - 1ms)});
  settle();
  for (const auto& how : {soon, later, once_more})
    EXPECT_EQ(*how, end::answered);
  EXPECT_EQ(engine->asked.lists, 1);
}

TEST_F(reader, hands_on_what_is_wrong_with_the_question) {
  auto answer = ask<page_result>(pool.at(0).get(), list_users{});
  ASSERT_FALSE(answer.value);
  EXPECT_EQ(answer.value.error().code, error_code::invalid_cursor);
  EXPECT_TRUE(restarts.empty());
}

TEST_F(reader, notes_how_long_each_question_took_however_it_ended) {
  set_failpoints({"reader@list_tickets=throw*1"});
  ask<optional_user>(pool.at(0).get(), find_user{});
  ask_permitted<page_result>(0, list_tickets{});
  settle();
  EXPECT_EQ(timed, (std::vector<std::string>{"find_user", "list_tickets"}));
}

} // namespace
} // namespace callboard::testing
