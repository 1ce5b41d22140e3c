#include "tests/actors/router_test.hpp"

// Commands of which their ticket's actor dies: tried again, set aside, and at last a quarantine.
namespace callboard::testing {
namespace {

using ticket_crash = router_test;

TEST_F(ticket_crash, a_command_that_crashes_once_is_tried_again_after_those_that_waited) {
  auto t = put_ticket().ticket;
  set_failpoints({"ticket.decide@poison=throw*1"});
  auto a = send_request(router, command_on(t.id, add_message{message_kind::note, "poison"}));
  auto b = send_request(router, command_on(t.id, add_message{message_kind::note, "healthy"}));
  EXPECT_EQ(answer_of<reply>(b).etag, "\"v2\"");
  EXPECT_EQ(answer_of<reply>(a).etag, "\"v3\"");
  EXPECT_EQ(crashes.size(), 1u);
}

TEST_F(ticket_crash, a_command_that_crashes_three_times_is_set_aside_and_the_ticket_goes_on) {
  auto t = put_ticket().ticket;
  set_failpoints({"ticket.decide@poison=throw"});
  auto command = command_on(t.id, add_message{message_kind::note, "poison"});
  auto answer = ask<reply>(router, command);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(code_of(answer), "set_aside");
  EXPECT_NE(answer.body.find(to_string(command.meta.id)), std::string::npos);
  EXPECT_EQ(crashes.size(), 3u);
  ASSERT_EQ(aside.size(), 1u);
  EXPECT_EQ(aside[0].kind, "add_message");
  EXPECT_TRUE(quarantined.empty());
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "fine"})).status, 201);
}

TEST_F(ticket_crash, three_different_crashing_commands_quarantine_only_their_ticket_until_it_is_released) {
  auto t = put_ticket().ticket;
  auto other = put_ticket().ticket;
  set_failpoints({"ticket.decide@poison=throw"});
  for (int i = 0; i < 3; ++i)
    ask<reply>(router, command_on(t.id, add_message{message_kind::note, "poison"}));
  ASSERT_EQ(quarantined.size(), 1u);
  auto refused = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "fine"}));
  EXPECT_EQ(refused.status, 423);
  EXPECT_EQ(ask<reply>(router, command_on(other.id, add_message{message_kind::note, "fine"})).status, 201);
  EXPECT_EQ(ask<reply>(router, read_ticket{{t.id, 0}, meta().deadline, {}, {}}).status, 200);
  auto report = ask<quarantine_report>(router, get_quarantine{});
  ASSERT_EQ(report.tickets.size(), 1u);
  EXPECT_EQ(report.tickets[0].references.size(), 3u);
  EXPECT_TRUE(ask<bool>(router, release_quarantine{t.id}));
  EXPECT_FALSE(ask<bool>(router, release_quarantine{t.id}));
  set_failpoints({});
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "fine"})).status, 201);
}

TEST_F(ticket_crash, a_crash_after_the_commit_does_not_happen_twice) {
  auto t = put_ticket().ticket;
  set_failpoints({"ticket.reply=throw*1"});
  auto answer = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "once"}));
  EXPECT_EQ(answer.status, 201) << "the answer that the first try would have given";
  EXPECT_EQ(answer.etag, "\"v2\"");
  auto message = parse_json(answer.body).value().as_object();
  EXPECT_EQ(message.at("id").as_string(), to_string(store.events[t.id].back().id));
  EXPECT_EQ(message.at("body").as_string(), "once");
  EXPECT_EQ(message.at("version").as_int64(), 2);
  EXPECT_EQ(store.tickets[t.id].ticket.version, 2);
  EXPECT_EQ(crashes.size(), 1u);
}

TEST_F(ticket_crash, a_keyed_command_that_crashed_after_its_commit_gets_the_stored_bytes) {
  auto t = put_ticket().ticket;
  auto command = command_on(t.id, add_message{message_kind::note, "once"});
  command.meta.idempotency = idempotency{"key", "hash"};
  set_failpoints({"ticket.reply=throw*1"});
  auto answer = ask<reply>(router, command);
  EXPECT_EQ(answer, store.replies.at("key").reply);
  EXPECT_FALSE(answer.replayed) << "its caller has had no answer yet";
}

TEST_F(ticket_crash, a_deletion_that_crashed_after_its_commit_is_answered_as_done) {
  auto t = put_ticket().ticket;
  set_failpoints({"ticket.reply=throw*1"});
  EXPECT_EQ(ask<reply>(router, command_on(t.id, delete_ticket{})).status, 204);
}

TEST_F(ticket_crash, after_a_crash_nobody_is_told_that_nothing_was_stored) {
  auto t = put_ticket().ticket;
  set_failpoints({"ticket.decide=throw*1"});
  store.refuse = [this](const journal_item&) {
    journal_holds = true;
    return std::optional{journal_status::unavailable};
  };
  auto answer = ask<reply>(router, command_on(t.id, add_message{message_kind::note, "x"}));
  EXPECT_EQ(crashes.size(), 1u);
  EXPECT_EQ(code_of(answer), "store_in_doubt") << "the outcome of the first try was not heard";
  store.refuse = [](const journal_item&) { return std::optional<journal_status>{}; };
  auto next = send_request(router, command_on(t.id, add_message{message_kind::note, "y"}));
  settle();
  pass(6s);
  EXPECT_EQ(code_of(answer_of<reply>(next)), "store_unavailable") << "until the journal is past it, nothing is begun";
  release_journal();
  settle();
  EXPECT_EQ(ask<reply>(router, command_on(t.id, add_message{message_kind::note, "z"})).etag, "\"v2\"");
}

TEST_F(ticket_crash, a_quarantine_does_not_say_that_nothing_was_stored_to_who_had_begun) {
  auto t = put_ticket().ticket;
  set_failpoints({"ticket.decide@poison=throw"});
  std::vector<decltype(send_request(router, ticket_command{}))> pending;
  for (int i = 0; i < 3; ++i)
    pending.push_back(send_request(router, command_on(t.id, add_message{message_kind::note, "poison"})));
  std::multiset<std::string> codes;
  for (auto& p : pending)
    codes.insert(code_of(answer_of<reply>(p)));
  EXPECT_EQ(codes, (std::multiset<std::string>{"store_in_doubt", "store_in_doubt", "store_in_doubt"}));
  EXPECT_EQ(quarantined.size(), 1u);
}

TEST_F(ticket_crash, shows_a_ticket_whose_command_was_set_aside_though_its_actor_is_gone) {
  auto t = put_ticket("poison").ticket.id;
  set_failpoints({"ticket.decide@poison=throw"});
  EXPECT_EQ(ask<reply>(router, command_on(t, add_message{message_kind::note, "poison"})).status, 500);
  auto tree = ask<actor_info>(router, get_actor_info{});
  EXPECT_EQ(tree.children_total, 0);
  ASSERT_EQ(tree.children.size(), 1u);
  EXPECT_EQ(tree.children[0].state, actor_state::stopped);
  EXPECT_EQ(tree.children[0].last_error, "failpoint ticket.decide");
}

TEST_F(ticket_crash, crashes_that_are_a_minute_apart_do_not_quarantine) {
  auto t = put_ticket().ticket.id;
  set_failpoints({"ticket.decide@poison=throw"});
  auto crash = [&] { return ask<reply>(router, command_on(t, add_message{message_kind::note, "poison"})).status; };
  auto work = [&] { return ask<reply>(router, command_on(t, add_message{message_kind::note, "fine"})).status; };
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(crash(), 500);
    EXPECT_EQ(work(), 201);
  }
  pass(61s);
  EXPECT_EQ(work(), 201);
  EXPECT_EQ(crash(), 500);
  EXPECT_TRUE(quarantined.empty()) << "three crashes, and the third alone within a minute";
  EXPECT_EQ(work(), 201);
  crash();
  crash();
  EXPECT_EQ(quarantined.size(), 1u);
}

} // namespace
} // namespace callboard::testing
